/**
 * What belongs to a name that a client asks for: the exact name first, else the wildcard that stands for one label
 * (RFC 6125, section 6.4.3). Of two with the same name, the first one counts.
 */
export class ServerNames<Value> {
  private readonly values = new Map<string, Value>();

  /** @param names - in lower case */
  add(names: readonly string[], value: Value): void {
    for (const name of names) if (!this.values.has(name)) this.values.set(name, value);
  }

  /** @param asked - as the client wrote it */
  find(asked: string): Value | undefined {
    const name = asked.toLowerCase();
    const exact = this.values.get(name);
    if (exact !== undefined) return exact;
    const dot = name.indexOf('.');
    return dot > 0 ? this.values.get(`*${name.slice(dot)}`) : undefined;
  }
}
