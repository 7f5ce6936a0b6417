/** What is to be seen of a vault from outside. */
export interface SeenVault {
  readonly name: string;
  readonly label?: string | undefined;
}

/** Vaults of all apps lie beside each other; the app's name is the first part of theirs. */
const OWN_APP = "clinic.";

/** Those who work in this app on this device beside whoever is in: a patient's app in the same browser has nothing to do with the desk. */
export function othersAmong<V extends SeenVault>(vaults: readonly V[], label: string): readonly V[] {
  return vaults.filter((vault) => vault.name.startsWith(OWN_APP) && vault.label !== label);
}
