/** What was seen of a process at some time. */
export interface Sample {
  /** Since the load began. */
  readonly seconds: number;
  /** Memory of it that is in RAM, in octets. */
  readonly resident: number;
  readonly descriptors: number;
}

/** How much a process grows, in octets a minute: the slope of the straight line that fits its samples best. */
export function growthPerMinute(samples: readonly Sample[]): number {
  const count = samples.length;
  if (count < 2) return 0;
  const meanTime = samples.reduce((sum, { seconds }) => sum + seconds, 0) / count;
  const meanSize = samples.reduce((sum, { resident }) => sum + resident, 0) / count;
  let [covariance, variance] = [0, 0];
  for (const { seconds, resident } of samples) {
    covariance += (seconds - meanTime) * (resident - meanSize);
    variance += (seconds - meanTime) ** 2;
  }
  return variance === 0 ? 0 : (covariance / variance) * 60;
}

/** The mean of each minute, in octets. */
export function byMinute(samples: readonly Sample[]): number[] {
  const minutes: number[][] = [];
  for (const { seconds, resident } of samples) {
    const minute = Math.floor(seconds / 60);
    minutes[minute] ??= [];
    minutes[minute].push(resident);
  }
  return minutes.map((sizes) => sizes.reduce((sum, size) => sum + size, 0) / sizes.length);
}
