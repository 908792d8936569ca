import { ErrorCode } from './error-code';
import { Flag, FrameType } from './frames';

/**
 * What is wrong with a frame by its header alone: whether it belongs to a stream or to the connection, and its size
 * (RFC 9113, section 6).
 * @returns an error code that ends the connection, or 0
 */
export function frameError(type: number, flags: number, stream: number, length: number): number {
  switch (type) {
    case FrameType.DATA:
    case FrameType.HEADERS:
    case FrameType.PRIORITY:
    case FrameType.CONTINUATION:
      return stream === 0 ? ErrorCode.PROTOCOL_ERROR : 0;
    case FrameType.RST_STREAM:
      return stream === 0 ? ErrorCode.PROTOCOL_ERROR : sizeError(length === 4);
    case FrameType.SETTINGS:
      if (stream !== 0) return ErrorCode.PROTOCOL_ERROR;
      return sizeError((flags & Flag.ACK) !== 0 ? length === 0 : length % 6 === 0);
    case FrameType.PUSH_PROMISE:
      // Clients never push, and servers were told not to.
      return ErrorCode.PROTOCOL_ERROR;
    case FrameType.PING:
      return stream !== 0 ? ErrorCode.PROTOCOL_ERROR : sizeError(length === 8);
    case FrameType.GOAWAY:
      return stream !== 0 ? ErrorCode.PROTOCOL_ERROR : sizeError(length >= 8);
    case FrameType.WINDOW_UPDATE:
      return sizeError(length === 4);
  }
  return 0;
}

function sizeError(fits: boolean): number {
  return fits ? 0 : ErrorCode.FRAME_SIZE_ERROR;
}
