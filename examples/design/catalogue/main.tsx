import { render, type VNode } from "preact";
import { useState } from "preact/hooks";
import "../src/style.css";
import { Controls } from "./controls.tsx";
import { Screens } from "./screens.tsx";
import { Surfaces } from "./surfaces.tsx";
import { InLanguage } from "./in-language.tsx";
import { languageOf } from "../src/shell/speech.ts";

/** `#controls`, `#surfaces`, `#screens`, or one screen as `#screens/lock`; `?language=sw`. */
function Catalogue(): VNode {
  const [hash, setHash] = useState(location.hash.slice(1));
  addEventListener("hashchange", () => setHash(location.hash.slice(1)));
  const [page = "", part] = hash.split("/");
  return (
    <InLanguage language={languageOf([new URLSearchParams(location.search).get("language")])}>
      {page === "surfaces" ? (
        <Surfaces part={part} />
      ) : page === "screens" ? (
        <Screens part={part} />
      ) : (
        <Controls />
      )}
    </InLanguage>
  );
}

const root = document.querySelector("#app");
if (root !== null) render(<Catalogue />, root);
