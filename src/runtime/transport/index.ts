/** TCP, in the fastest way that works here. */
export { type BoundHandle, BoundPort, canBindPorts } from './bound-port';
export { chooseTransport, type TransportChoice } from './choose';
export { NetTransport } from './net';
export { RawTransport } from './raw';
export { loadRawBinding } from './raw-binding';
export { type Acceptor, READ_SIZE, type Socket, type SocketOwner, type Transport } from './transport';
export { atTurnEnd, type TurnUser } from './turn';
