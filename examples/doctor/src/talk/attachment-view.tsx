import { Button, Dialog } from "@healthbridge/example-design";
import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import type { EntityId } from "@healthbridge/schema/client";
import { Paperclip } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../shared/desk-context.ts";
import type { DoctorKey } from "../words/words.ts";
import { type FileState, type ShownFile, useAttachment } from "./use-attachment.ts";
import { useUpload } from "./use-upload.ts";

export interface AttachmentViewProps {
  readonly id: EntityId;
  readonly message: Pick<ShownMessage, "thumbnails" | "arrived" | "mine">;
}

/** A photo or a voice note: small at first, whole when somebody wants it. */
export function AttachmentView({ id, message }: AttachmentViewProps): VNode {
  const { t } = useWords();
  const arrived = `${String(message.thumbnails?.includes(id))} ${String(message.arrived?.includes(id))}`;
  const { thumbnail, file, state, open } = useAttachment(id, arrived);
  const upload = useUpload(id);
  const [large, setLarge] = useState(false);
  const isPhoto = thumbnail !== undefined || file?.type.startsWith("image/") === true;
  const shown = file ?? thumbnail;
  return (
    <div class="attachment">
      {isPhoto && shown !== undefined && (
        <button
          type="button"
          class="photo"
          aria-label={t("photoOpen")}
          onClick={() => {
            setLarge(true);
            if (file === undefined) open();
          }}
        >
          <img src={shown.url} alt={t("photo")} />
        </button>
      )}
      {file?.type.startsWith("audio/") === true && <audio controls src={file.url} aria-label={t("voice")} />}
      {!isPhoto && file === undefined && (
        <Button kind="plain" icon={Paperclip} busy={state === "fetching"} onClick={open}>
          {t("attachmentOpen")}
        </Button>
      )}
      {state === "onItsWay" && <p class="small muted">{t("attachmentOnItsWay")}</p>}
      {state === "failed" && <p class="small wrong">{t("attachmentFailed")}</p>}
      {upload !== undefined && <p class="small muted number">{upload}</p>}
      {large && (
        <LargePhoto
          file={file}
          small={thumbnail}
          state={state}
          onAgain={open}
          onClose={() => setLarge(false)}
        />
      )}
    </div>
  );
}

interface LargePhotoProps {
  readonly file: ShownFile | undefined;
  readonly small: ShownFile | undefined;
  readonly state: FileState;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}

/** While the whole photo is not there; `closed` is the moment before it is shown. */
const STANDS: Readonly<Record<FileState, DoctorKey>> = {
  closed: "photoFetching",
  fetching: "photoFetching",
  onItsWay: "attachmentOnItsWay",
  failed: "attachmentFailed",
};

function LargePhoto({ file, small, state, onAgain, onClose }: LargePhotoProps): VNode {
  const { t } = useWords();
  const shown = file ?? small;
  return (
    <Dialog title={t("photo")} closeLabel={t("close")} onClose={onClose}>
      {shown !== undefined && <img class="large-photo" src={shown.url} alt={t("photo")} />}
      {file === undefined && (
        <div class="row">
          <p class={state === "failed" ? "small wrong" : "small muted"} role="status">
            {t(STANDS[state])}
          </p>
          {(state === "failed" || state === "onItsWay") && (
            <Button kind="plain" onClick={onAgain}>
              {t("photoAgain")}
            </Button>
          )}
        </div>
      )}
    </Dialog>
  );
}
