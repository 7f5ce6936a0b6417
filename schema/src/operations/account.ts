import { applied, type Decide, rejected } from "./definition.ts";
import { administers } from "./rights.ts";

/**
 * Opens an account. Who is not signed in can open a patient's, where the server lets her; clinic staff can for their patients; an administrator every role's. The
 * password travels beside it (never in an operation) and only its hash is kept.
 */
export const registerAccount: Decide<"account.register"> = (state, input, context) => {
  const { actor } = context;
  // Patients and doctors would be told which names are taken.
  if (actor !== undefined && actor.role !== "staff" && !administers(actor)) return rejected("forbidden");
  if (input.role !== "patient" && !administers(actor)) return rejected("forbidden", "input.role");
  if (state.get("login", input.login) !== undefined) return rejected("login_taken", "input.login");
  const clinics = new Set(input.clinics ?? []);
  // Whoever works for a clinic reads what its patients write; an administrator does not.
  if ((input.role === "patient" || input.role === "administrator") && clinics.size > 0)
    return rejected("malformed", "input.clinics", "patients and administrators do not work for clinics");
  for (const clinic of clinics) {
    if (state.get("clinic", clinic) === undefined) return rejected("not_found", "input.clinics");
  }
  if ((input.role === "doctor") !== (input.doctor !== undefined))
    return rejected("malformed", "input.doctor", "an account of role doctor names its doctor, no other does");
  if (input.doctor !== undefined) {
    const doctor = state.get("doctor", input.doctor);
    if (doctor === undefined) return rejected("not_found", "input.doctor");
    if (state.get("doctorAccount", input.doctor) !== undefined)
      return rejected("conflict", "input.doctor", "the doctor has an account");
    clinics.add(doctor.clinic);
  }
  const { clinics: _named, ...rest } = input;
  return applied({
    kind: "account",
    entity: { ...rest, id: context.id, clinics: [...clinics], status: "active" },
  });
};

/**
 * Ends an account, or opens it again. A server ends its sessions and devices with it, for good: opened again, it takes a new sign-in. Nobody disables herself, nor does who was
 * disabled a moment before: so whoever disables somebody is left, and there is an administrator who can undo it.
 */
export const setAccountStatus: Decide<"account.setStatus"> = (state, input, { actor }) => {
  if (!administers(actor)) return rejected("forbidden");
  if (actor?.role === "administrator" && state.get("account", actor.account)?.status !== "active")
    return rejected("forbidden");
  const account = state.get("account", input.account);
  if (account === undefined) return rejected("not_found", "input.account");
  if (input.status === "disabled" && account.id === actor?.account)
    return rejected("conflict", "input.account", "nobody disables the account she asks with");
  return applied({ kind: "account", entity: { ...account, status: input.status } });
};

/** Says which clinics a member of staff works for. Losing a clinic empties its feed on her devices. */
export const setAccountClinics: Decide<"account.setClinics"> = (state, input, { actor }) => {
  if (!administers(actor)) return rejected("forbidden");
  const account = state.get("account", input.account);
  if (account === undefined || account.role !== "staff") return rejected("not_found", "input.account");
  if (input.clinics.some((clinic) => state.get("clinic", clinic) === undefined))
    return rejected("not_found", "input.clinics");
  return applied({ kind: "account", entity: { ...account, clinics: [...new Set(input.clinics)] } });
};

/** Notes a device at sign-in. */
export const addDevice: Decide<"device.add"> = (state, input, context) => {
  if (state.get("account", input.account) === undefined) return rejected("not_found", "input.account");
  return applied({
    kind: "device",
    entity: { id: context.id, account: input.account, name: input.name, status: "active" },
  });
};

/** Signs a device out, from itself or from another device of the same account (a lost phone). */
export const revokeDevice: Decide<"device.revoke"> = (state, input, { actor }) => {
  const device = state.get("device", input.device);
  if (device === undefined || (device.account !== actor?.account && !administers(actor)))
    return rejected("not_found", "input.device");
  const { push: _subscription, ...rest } = device;
  return applied({ kind: "device", entity: { ...rest, status: "revoked" } });
};

/** Has push messages sent to a device: what was subscribed before gives way. Only who is signed in on it can. */
export const subscribePush: Decide<"device.subscribePush"> = (state, { device: id, push }, { actor }) => {
  const device = state.get("device", id);
  if (device === undefined || device.account !== actor?.account) return rejected("not_found", "input.device");
  if (device.status === "revoked") return rejected("conflict", "input.device", "the device was signed out");
  return applied({ kind: "device", entity: { ...device, push } });
};

/** Ends a device's push messages: its owner, or the server where the push service says that they are over. With `endpoint` only those that go there. */
export const unsubscribePush: Decide<"device.unsubscribePush"> = (state, input, { actor }) => {
  const device = state.get("device", input.device);
  if (device === undefined || (device.account !== actor?.account && !administers(actor)))
    return rejected("not_found", "input.device");
  const { push, ...rest } = device;
  const another = input.endpoint !== undefined && push?.endpoint !== input.endpoint;
  return another ? applied() : applied({ kind: "device", entity: rest });
};
