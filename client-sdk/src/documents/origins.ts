/** Where an update of a `Y.Doc` came from: the server, or this device's store. Anything else is somebody's edit. */
export const FROM_SERVER = { from: "server" };
export const FROM_STORE = { from: "store" };
