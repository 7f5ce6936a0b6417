import { describe, expect, it } from "vitest";
import { addressKey, type Arrival, callerOf } from "../../src/http/client-address.ts";
import { networkCheck, parseNetwork } from "../../src/http/networks.ts";

const trusted = networkCheck(["10.0.0.0/8", "fd00::/8"]);
const arrival = (more: Partial<Arrival>): Arrival => ({
  peer: "203.0.113.5",
  forwardedFor: undefined,
  forwardedProto: undefined,
  encrypted: false,
  ...more,
});
const address = (more: Partial<Arrival>): string => callerOf(arrival(more), trusted).address;

describe("the caller's address", () => {
  it("is the peer's, whatever a stranger's headers say", () => {
    expect(address({ forwardedFor: "198.51.100.7" })).toBe("203.0.113.5");
    expect(callerOf(arrival({ forwardedProto: "https" }), trusted).secure).toBe(false);
  });

  it("is what a trusted proxy saw, not what the caller invented before it", () => {
    expect(address({ peer: "10.0.0.1", forwardedFor: "1.1.1.1, 198.51.100.7" })).toBe("198.51.100.7");
    expect(address({ peer: "::ffff:10.0.0.1", forwardedFor: "198.51.100.7" })).toBe("198.51.100.7");
    expect(address({ peer: "fd00::1", forwardedFor: "2001:db8::7" })).toBe("2001:db8::7");
    expect(address({ peer: "10.0.0.1", forwardedFor: "198.51.100.7:4711" })).toBe("198.51.100.7");
    expect(address({ peer: "10.0.0.1", forwardedFor: "[2001:db8::7]:4711" })).toBe("2001:db8::7");
  });

  it("is found behind several trusted proxies", () => {
    expect(address({ peer: "10.0.0.1", forwardedFor: "1.1.1.1, 198.51.100.7, 10.0.0.9" })).toBe(
      "198.51.100.7",
    );
  });

  it("is the proxy's where it says nothing of use", () => {
    expect(address({ peer: "10.0.0.1" })).toBe("10.0.0.1");
    expect(address({ peer: "10.0.0.1", forwardedFor: "<script>" })).toBe("10.0.0.1");
  });

  it("is encrypted up to a trusted proxy that says so", () => {
    expect(callerOf(arrival({ peer: "10.0.0.1", forwardedProto: "https" }), trusted).secure).toBe(true);
    expect(callerOf(arrival({ encrypted: true }), trusted).secure).toBe(true);
  });
});

it("one subscriber of IPv6 is counted as one, whichever of her addresses she uses", () => {
  expect(addressKey("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2");
  expect(addressKey("2001:db8:1:2::6")).toBe("2001:db8:1:2");
  expect(addressKey("2001:0db8:0001:0002::")).toBe("2001:db8:1:2");
  expect(addressKey("::1")).toBe("0:0:0:0");
  expect(addressKey("203.0.113.5")).toBe("203.0.113.5");
});

it("a network is an address with or without a size", () => {
  expect(parseNetwork("10.0.0.0/8")).toEqual({ address: "10.0.0.0", bits: 8, family: "ipv4" });
  expect(parseNetwork("::1")).toEqual({ address: "::1", bits: 128, family: "ipv6" });
  for (const bad of ["", "10.0.0.0/33", "10.0.0/8", "x", "10.0.0.0/-1"])
    expect(parseNetwork(bad)).toBeUndefined();
});
