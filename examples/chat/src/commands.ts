/** What somebody typed, understood. */
export type Command =
  | { readonly do: "send"; readonly text: string }
  | { readonly do: "open"; readonly who: string }
  | { readonly do: "search"; readonly text: string }
  | { readonly do: "withdraw"; readonly number: number | undefined }
  | { readonly do: "handOver"; readonly doctor: string }
  | { readonly do: "attach"; readonly path: string }
  /** into the folder in which the program runs where none is named */
  | { readonly do: "save"; readonly number: number; readonly folder: string | undefined }
  | {
      readonly do: "list" | "older" | "newer" | "close" | "reopen" | "dismiss" | "help" | "quit" | "nothing";
    }
  /** nothing that is known; `words` say what is wrong with it */
  | { readonly do: "wrong"; readonly words: string };

/**
 * Reads a line that was typed. What begins with a stroke is a command (with two: a text that begins with one); anything else is written into the conversation that is
 * open, or names the one to open.
 */
export function readCommand(line: string, open: boolean): Command {
  const typed = line.trim();
  if (typed === "") return { do: "nothing" };
  if (typed.startsWith("/") && !typed.startsWith("//")) return slashed(typed);
  const text = typed.startsWith("//") ? typed.slice(1) : line.trimEnd();
  return open ? { do: "send", text } : { do: "open", who: typed };
}

function slashed(typed: string): Command {
  const [word = "", rest = ""] = split(typed);
  switch (word) {
    case "/open":
      return rest === "" ? { do: "list" } : { do: "open", who: rest };
    case "/search":
      return rest === "" ? wrong("Write what to look for: /search fever") : { do: "search", text: rest };
    case "/withdraw":
      return withdrawing(rest);
    case "/hand-over":
      return rest === ""
        ? wrong("Write who answers from now on: /hand-over Dr Jane Ekai")
        : { do: "handOver", doctor: rest };
    case "/attach":
      return rest === ""
        ? wrong("Write which file: /attach rash.jpg")
        : { do: "attach", path: rest.replace(/^"(.*)"$/, "$1") };
    case "/save":
      return saving(rest);
    case "/list":
    case "/older":
    case "/newer":
    case "/close":
    case "/reopen":
    case "/dismiss":
    case "/help":
    case "/quit":
      return { do: PLAIN[word] };
    default:
      return wrong(
        `“${word}” is no command. /help lists them; a text that begins with / is written with two: //`,
      );
  }
}

const PLAIN = {
  "/list": "list",
  "/older": "older",
  "/newer": "newer",
  "/close": "close",
  "/reopen": "reopen",
  "/dismiss": "dismiss",
  "/help": "help",
  "/quit": "quit",
} as const;

function withdrawing(rest: string): Command {
  if (rest === "") return { do: "withdraw", number: undefined };
  return /^\d{1,9}$/.test(rest)
    ? { do: "withdraw", number: Number(rest) }
    : wrong("Write the number that stands before the line: /withdraw 12");
}

function saving(rest: string): Command {
  const [number = "", folder] = split(rest);
  return /^\d{1,9}$/.test(number)
    ? { do: "save", number: Number(number), folder }
    : wrong("Write the number that stands before the line: /save 12, or /save 12 photos");
}

function split(typed: string): readonly string[] {
  const space = typed.search(/\s/);
  return space < 0 ? [typed] : [typed.slice(0, space), typed.slice(space).trim()];
}

function wrong(words: string): Command {
  return { do: "wrong", words };
}
