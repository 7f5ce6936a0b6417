import { isIPv6 } from "node:net";
import { networkCheck } from "../../http/networks.ts";

/** What is not the public internet (IANA's special-purpose registries): this machine, private and shared networks, link-local, documentation, multicast, tunnels. */
const isSpecial = networkCheck([
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
]);
const isGlobalUnicast = networkCheck(["2000::/3"]);

/** Whether an address is on the public internet: what strangers name may be nothing else. */
export function isPublicAddress(address: string): boolean {
  return !isSpecial(address) && (!isIPv6(address) || isGlobalUnicast(address));
}
