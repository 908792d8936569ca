import { ErrorCode } from './error-code';
import { MAX_FRAME_SIZE } from './frames';

/** Numbers of settings (RFC 9113, section 6.5.2). */
export const Setting = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;

/** The window that each stream and each connection starts with unless a setting says another (section 6.9.2). */
export const DEFAULT_WINDOW = 65_535;

/** The greatest window (section 6.9.1). */
export const MOST_WINDOW = 0x7fffffff;

const MOST_FRAME_SIZE = 0xffffff;

/** What the other side has said of itself, as far as it matters here. */
export class PeerSettings {
  /** How many streams it lets this side open. */
  maxConcurrentStreams = Number.POSITIVE_INFINITY;
  initialWindow = DEFAULT_WINDOW;

  /**
   * Reads the payload of a SETTINGS frame.
   * @param fromClient - who sent it: only a client may allow pushes
   * @returns an error code that ends the connection, or 0
   */
  read(bytes: Buffer, start: number, end: number, fromClient: boolean): number {
    for (let at = start; at < end; at += 6) {
      const error = this.apply(bytes.readUInt16BE(at), bytes.readUInt32BE(at + 2), fromClient);
      if (error !== 0) return error;
    }
    return 0;
  }

  private apply(setting: number, value: number, fromClient: boolean): number {
    switch (setting) {
      case Setting.ENABLE_PUSH:
        return value === 0 || (value === 1 && fromClient) ? 0 : ErrorCode.PROTOCOL_ERROR;
      case Setting.MAX_CONCURRENT_STREAMS:
        this.maxConcurrentStreams = value;
        return 0;
      case Setting.INITIAL_WINDOW_SIZE:
        this.initialWindow = value;
        return value <= MOST_WINDOW ? 0 : ErrorCode.FLOW_CONTROL_ERROR;
      case Setting.MAX_FRAME_SIZE:
        // Frames that are sent have the least size that everybody must take.
        return value >= MAX_FRAME_SIZE && value <= MOST_FRAME_SIZE ? 0 : ErrorCode.PROTOCOL_ERROR;
      default:
        // A table is not used for sending, and sizes of heads are advice.
        return 0;
    }
  }
}
