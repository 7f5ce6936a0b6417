import { archiveAppointmentsJob } from "./archive-appointments.ts";
import { clearDevicesJob } from "./clear-devices.ts";
import { clearFeedsJob } from "./clear-feeds.ts";
import { clearSessionsJob } from "./clear-sessions.ts";
import { clearTicketsJob } from "./clear-tickets.ts";
import { extendSheetsJob } from "./extend-sheets.ts";
import { endPendingJob } from "./end-pending.ts";
import { clearNoticesJob } from "../notices/clear-notices.ts";
import { sendNoticesJob, type SendParts } from "../notices/send-notices.ts";
import { clearAttachmentsJob, type ClearAttachmentsParts } from "../attachments/clear-attachments.ts";
import { tellArrivalsJob } from "../attachments/tell-arrivals.ts";
import type { Job } from "./job.ts";
import { markMissedJob } from "./mark-missed.ts";
import { pruneDocumentsJob } from "./prune-documents.ts";
import { pruneOperationsJob } from "./prune-operations.ts";
import { removeConversationsJob } from "./remove-conversations.ts";
import { trimConversationsJob } from "./trim-conversations.ts";
import type { ServerStreamParts } from "./server-stream.ts";

export interface AllJobsParts extends ServerStreamParts {
  readonly settings: {
    /** days for which operations stay in the audit trail */
    readonly auditDays: number;
    /** days a session lives at most */
    readonly sessionDays: number;
    /** hours after the start of an appointment that nobody has noted anything of; 0: never */
    readonly missedHours: number;
    /** days for which a finished appointment is shown */
    readonly keepDays: number;
    /** days after its newest message for which a conversation that is over is kept; 0: for ever */
    readonly conversationDays: number;
  };
  /** where photos and voice notes are kept; left out: nothing of them is cleared away */
  readonly attachments?: Omit<ClearAttachmentsParts, "pool"> | undefined;
  /** how notices are sent; left out: they are not */
  readonly notices?: Omit<SendParts, "pool"> | undefined;
}

/** Days for which a calendar still shows a day that is over. */
const PAST_SHEET_DAYS = 30;

/** Every job of a server. */
export function allJobs({
  pool,
  executor,
  streams,
  settings,
  attachments,
  notices,
}: AllJobsParts): readonly Job[] {
  return [
    extendSheetsJob({ pool, executor, streams }),
    endPendingJob({ pool, executor, streams }),
    markMissedJob({ pool, executor, streams }, settings.missedHours),
    archiveAppointmentsJob({ pool, executor, streams }, settings.keepDays),
    removeConversationsJob({ pool, executor, streams }, settings.conversationDays),
    // A device can be away as long as a session lives, and must find the outcomes of what it sent: the settings see to it that this is no shorter.
    pruneOperationsJob(pool, settings.auditDays),
    pruneDocumentsJob(pool, settings.auditDays),
    clearFeedsJob(pool, { tombstoneDays: settings.sessionDays, pastSheetDays: PAST_SHEET_DAYS }),
    trimConversationsJob(pool),
    clearSessionsJob(pool),
    clearTicketsJob(pool),
    clearDevicesJob(pool, settings.sessionDays),
    clearNoticesJob(pool),
    ...(attachments === undefined
      ? []
      : [clearAttachmentsJob({ pool, ...attachments }), tellArrivalsJob({ pool, executor, streams })]),
    ...(notices === undefined ? [] : [sendNoticesJob({ pool, ...notices })]),
  ];
}
