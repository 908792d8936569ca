/** Milliseconds of a monotonic clock that all processes of a machine share; `performance.now()` is each one's own. */
export function machineNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
