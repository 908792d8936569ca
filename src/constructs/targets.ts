import type { Backend, Container, Discover, Machine } from './words.generated';

/** Who the members of a pool are. */
export class Targets {
  /**
   * Members by address, all with the same weight and priority.
   * @param addresses each an IP address or DNS name with a port: `10.0.9.4:8080`
   */
  public static addresses(...addresses: string[]): Targets {
    return Targets.of(...addresses.map((address) => ({ address })));
  }

  /** Members one by one, with their weights and priorities. */
  public static of(...backends: Backend[]): Targets {
    return new Targets({ targets: backends });
  }

  /** Members that a DNS name resolves to. */
  public static discover(discover: Discover): Targets {
    return new Targets({ discover });
  }

  /** Members that the platform runs from a container image. */
  public static container(container: Container): Targets {
    return new Targets({ container });
  }

  /** Members that the platform runs on machines of their own. */
  public static machine(machine: Machine): Targets {
    return new Targets({ machine });
  }

  /** @internal In the words of a file. */
  public readonly _words: object;

  private constructor(words: object) {
    this._words = words;
  }
}
