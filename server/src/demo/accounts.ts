import type { Role } from "@healthbridge/schema";

/** An account that anybody who runs the demo can sign in with. */
export interface DemoAccount {
  readonly role: Role;
  readonly login: string;
  readonly password: string;
  /** her name; a doctor's account has the doctor's */
  readonly name: string | undefined;
}

/**
 * One account for each role. Their passwords are known to everybody who reads this, and so are set up by the demo alone: the server takes `--demo` for
 * trying out only, and says so.
 */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { role: "patient", login: "patient", password: "three-goats-cross-the-ford", name: "Apua Lopeyok" },
  { role: "doctor", login: "doctor", password: "rain-falls-on-tin-roofs", name: undefined },
  { role: "staff", login: "staff", password: "seven-lamps-on-the-shelf", name: "Grace Nakiru" },
  {
    role: "administrator",
    login: "administrator",
    password: "old-baobab-keeps-the-gate",
    name: "Peter Ewoi",
  },
];

/** Those the demo's patient acts for: herself and her children. */
export const FAMILY = [
  { name: "Apua Lopeyok", born: "1991-07-19", sex: "female", phone: "+254700020001", language: "tuv" },
  { name: "Ekai Lopeyok", born: "2016-02-03", sex: "male", language: "tuv" },
  { name: "Akai Lopeyok", born: "2021-11-28", sex: "female", language: "tuv" },
] as const;
