/** A byte sequence as structured fields have it (RFC 8941, section 3.3.5). */
const BYTES = /^:[A-Za-z0-9+/]+={0,2}:$/;

/**
 * The field that tells a target which certificate the client presented (RFC 9440): the whole of it, so that the target can
 * go by whatever part it likes. Of all ways to tell it, this one is a standard, with one spelling and one meaning.
 * @param certificate - in DER
 */
export function clientCertField(certificate: Buffer): string {
  return line(`:${certificate.toString('base64')}:`);
}

/** The same, as a trusted proxy wrote it; empty where it wrote none, or several. */
export function believedClientCert(values: readonly string[]): string {
  return values.length === 1 && BYTES.test(values[0]) ? line(values[0]) : '';
}

function line(value: string): string {
  return `Client-Cert: ${value}\r\n`;
}
