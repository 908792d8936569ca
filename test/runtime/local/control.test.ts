import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Control, callControl, serveControl } from '../../../src/runtime/local/control';

let control: Control;
beforeEach(async () => {
  control = await serveControl('secret', async (call, body) => ({ call, body }));
});
afterEach(() => control.close());

const contact = (token: string) => ({ pid: 1, port: control.port, token, program: '' });

it('answers who knows the token', async () => {
  expect(await callControl(contact('secret'), 'apply', 'model é')).toEqual({ call: 'apply', body: 'model é' });
});

it.each(['', 'wrong!', 'secret2'])('does not answer the token %j', async (token) => {
  expect(await callControl(contact(token), 'stop')).toBeUndefined();
});

it('is nothing where nobody listens', async () => {
  control.close();
  expect(await callControl(contact('secret'), 'status')).toBeUndefined();
});
