import { serveApp } from "@healthbridge/client-sdk/service-worker";
import { assets } from "@healthbridge/example-design/assets";

serveApp(self, { name: "clinic", assets, shell: "/clinic/index.html" });
