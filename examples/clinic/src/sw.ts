import { serveApp } from "@healthbridge/client-sdk/service-worker";
import { assets } from "@healthbridge/example-design/assets";

const SHELL = "/clinic/index.html";

serveApp(self, {
  name: "patient",
  assets,
  shell: SHELL,
  addressOf: (appointment) => `${SHELL}#/appointment/${encodeURIComponent(appointment)}`,
});
