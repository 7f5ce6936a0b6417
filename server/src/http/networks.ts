import { BlockList, isIP } from "node:net";

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: "ipv4" | "ipv6";
}

/** Reads `10.0.0.0/8` or a single address; `undefined` for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = "", bits] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const most = version === 4 ? 32 : 128;
  const size = bits === undefined ? most : Number(bits);
  if (size > most) return undefined;
  return { address, bits: size, family: version === 4 ? "ipv4" : "ipv6" };
}

/** Answers whether an address lies in one of these networks. */
export function networkCheck(networks: readonly string[]): (address: string) => boolean {
  const known = new BlockList();
  for (const text of networks) {
    const network = parseNetwork(text);
    if (network !== undefined) known.addSubnet(network.address, network.bits, network.family);
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && known.check(address, version === 4 ? "ipv4" : "ipv6");
  };
}
