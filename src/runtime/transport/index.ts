/** TCP and TLS, in the fastest way that works here. */
export { type BoundHandle, BoundPort, canBindPorts } from './bound-port';
export {
  chooseTransport,
  SAID_TRANSPORTS,
  type SaidTransport,
  TRANSPORT_CHOICES,
  type TransportChoice,
} from './choose';
export { descriptorLimit, shareDescriptors } from './descriptors';
export { NetTransport } from './net';
export { RawTransport } from './raw';
export { loadRawBinding, type RawBinding } from './raw-binding';
export { connectWith, type Preamble } from './secured-socket';
export { type ClientTls, connectOptions, type ServerCredentials, type ServerTls, type TlsFacts } from './tls';
export {
  type AcceptedSocket,
  type Acceptor,
  type Endpoint,
  READ_SIZE,
  type Socket,
  type SocketOwner,
  type Transport,
} from './transport';
export { atTurnEnd, type TurnUser } from './turn';
