/**
 * Whether a status is as expected.
 * @param expected - statuses and ranges of them
 * @returns what is wrong with it; `undefined` for nothing
 */
export function judgeStatus(status: number, expected: readonly string[]): string | undefined {
  const fits = expected.some((range) => {
    const [least, most = least] = range.split('-');
    return status >= Number(least) && status <= Number(most);
  });
  return fits ? undefined : `status ${status}`;
}
