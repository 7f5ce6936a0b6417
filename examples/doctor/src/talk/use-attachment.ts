import type { Attachments } from "@healthbridge/client-sdk/attachments";
import type { EntityId } from "@healthbridge/schema/client";
import { useCallback, useEffect, useState } from "preact/hooks";
import { codeOf } from "../shared/code-of.ts";
import { useDesk } from "../shared/desk-context.ts";

/** A file as an address that a page can show; given back when nobody shows it any more. */
export interface ShownFile {
  readonly url: string;
  readonly type: string;
}

/** How it stands with the file itself. */
export type FileState = "closed" | "fetching" | "onItsWay" | "failed";

export interface ShownAttachment {
  /** the small picture, as soon as it is there */
  readonly thumbnail: ShownFile | undefined;
  readonly file: ShownFile | undefined;
  readonly state: FileState;
  /** fetches the file: its bytes are paid for, so somebody has to ask */
  readonly open: () => void;
}

/**
 * An attachment of a message: the small picture by itself, the file when somebody asks for it. What this device attached is here already.
 * @param arrived changes when the message says that more of it has arrived
 */
export function useAttachment(id: EntityId, arrived: string): ShownAttachment {
  const { attachments } = useDesk();
  const [thumbnail, setThumbnail] = useFile();
  const [file, setFile] = useFile();
  const [state, setState] = useState<FileState>("closed");
  useEffect(() => {
    const { signal, end } = ending();
    void small(attachments, id, signal).then((blob) => {
      if (!signal.aborted && blob !== undefined) setThumbnail(blob);
    });
    return end;
  }, [attachments, id, arrived, setThumbnail]);
  const open = useCallback(() => {
    setState("fetching");
    void whole(attachments, id).then((found) => {
      if (found instanceof Blob) setFile(found);
      setState(found instanceof Blob ? "closed" : found);
    });
  }, [attachments, id, setFile]);
  return { thumbnail, file, state, open };
}

function ending(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, end: () => controller.abort() };
}

/** A voice note has no small picture, and one that is on its way is asked for again when it has come. */
async function small(attachments: Attachments, id: EntityId, signal: AbortSignal): Promise<Blob | undefined> {
  try {
    return (await attachments.held(id, "thumbnail")) ?? (await attachments.download(id, "thumbnail", signal));
  } catch {
    return undefined;
  }
}

async function whole(attachments: Attachments, id: EntityId): Promise<Blob | "onItsWay" | "failed"> {
  try {
    return (await attachments.held(id)) ?? (await attachments.download(id));
  } catch (error) {
    return codeOf(error) === "not_found" ? "onItsWay" : "failed";
  }
}

/** A blob under an address, for as long as it is shown. */
function useFile(): readonly [ShownFile | undefined, (blob: Blob) => void] {
  const [blob, setBlob] = useState<Blob>();
  const [file, setFile] = useState<ShownFile>();
  useEffect(() => {
    if (blob === undefined) return undefined;
    const url = URL.createObjectURL(blob);
    setFile({ url, type: blob.type });
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  return [file, setBlob];
}
