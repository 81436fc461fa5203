/** Standing, decisions, appeals and reports. docs/manual/conduct.md; times are Unix milliseconds. */
import { type Asker, asker, Refused, Unreachable } from "./http";

const OURS = "/_courtyard/conduct/v1";
const LOG = "/transparency/log";

export type MeasureState =
  | "scheduled"
  | "active"
  | "stayed"
  | "expired"
  | "lapsed"
  | "lifted"
  | "overturned"
  | "annulled";

export interface Measure {
  readonly type: "warning" | "content" | "feature" | "suspension" | "block" | "interim";
  /** As they were decided, and as the log has them. */
  readonly capabilities: readonly string[];
  /** Those that are left of them, each with its own end. */
  readonly remaining: Readonly<Record<string, number>>;
  readonly state: MeasureState;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly step?: "label" | "age_gate" | "hide" | "quarantine";
  readonly item?: string;
  readonly item_type?: "event" | "room" | "media" | "profile";
  /** Of a message, or of the one that shows a file: where it stands, while it is there. */
  readonly room?: string;
  readonly event?: string;
  readonly thread?: string;
  readonly sent_at?: number;
  /** Of a block. */
  readonly panel?: Panel;
}

/** The three whom a block needs to last longer than a suspension, and what they said. */
export interface Panel {
  readonly until: number;
  readonly heard_at: number | null;
  readonly confirmed: boolean | null;
  readonly unconfirmed_ends_at: number;
}

export type AppealOutcome = "upheld" | "reduced" | "overturned" | "inadmissible" | "withdrawn";

export interface Appeal {
  readonly id: string;
  readonly text: string;
  readonly submitted_at: number;
  readonly due_at: number;
  readonly outcome: AppealOutcome | null;
  readonly reasons: string;
  readonly decided_at: number | null;
}

export interface Decision {
  readonly id: string;
  readonly rule: string;
  readonly rules_version: number;
  readonly ground: "incompatible" | "illegal";
  readonly legal_ground: string;
  readonly automated_decision: "not" | "partially" | "fully";
  readonly severe: boolean;
  readonly conduct_at: number;
  readonly issued_at: number;
  readonly measures: readonly Measure[];
  readonly appeal_until: number;
  readonly appeals: readonly Appeal[];
}

/** Of a decision, what takes something now. */
export interface Beside {
  readonly decision: string;
  readonly ends_at: number;
  readonly measures: readonly Measure[];
}

export interface Statement extends Decision {
  readonly log_entry: string;
  readonly log_index: number;
  /** What a sealed entry keeps to itself, which the salt `detail` opens. */
  readonly log_detail?: string;
  /** What takes something from the account beside this now. */
  readonly besides: readonly Beside[];
  /** The account was erased once, and the words with it. */
  readonly erased?: boolean;
  readonly lang?: string;
  readonly facts?: string;
  readonly explanation?: string;
  readonly salts?: Readonly<Record<string, string>>;
}

export interface Standing {
  readonly restricted: readonly string[];
  readonly decisions: readonly Decision[];
}

export interface Clause {
  readonly id: string;
  readonly kind: "rule" | "protected";
  readonly category: string;
  readonly is_misuse?: boolean;
  readonly wording: Readonly<Record<string, { readonly title: string; readonly text: string }>>;
}

export interface Rules {
  readonly version: number;
  readonly clauses: readonly Clause[];
}

export type ReportKind = "rule" | "illegal" | "urgent";

export interface Item {
  readonly type: "event" | "room" | "account";
  readonly id: string;
  readonly version: string;
}

export interface Disclosure {
  readonly event_id: string;
  readonly plaintext: Record<string, unknown>;
  /** Of this message alone, never of its session. */
  readonly message_key: string;
}

export interface Disclosed {
  readonly event_id: string;
  readonly check: "verified" | "unverified";
}

export interface WantedReport {
  readonly item: Item;
  readonly subject: string | null;
  readonly kind: ReportKind;
  readonly category: string;
  readonly explanation: string;
  readonly disclosed: readonly Disclosure[];
}

export interface Receipt {
  readonly report_id: string;
  readonly disclosed: readonly Disclosed[];
}

export interface Complaint {
  readonly id: string;
  readonly text: string;
  readonly submitted_at: number;
  readonly due_at: number;
  readonly outcome: "upheld" | "reopened" | null;
  readonly reasons: string;
}

export type ReportState =
  | "received"
  | "acknowledged"
  | "in_case"
  | "merged"
  | "already_judged"
  | "decided"
  | "reporter_informed";

export interface Report {
  readonly id: string;
  readonly item: Item;
  readonly kind: ReportKind;
  readonly category: string;
  readonly explanation: string;
  readonly disclosed: readonly Disclosed[];
  readonly states: readonly { readonly state: ReportState; readonly at: number }[];
  readonly outcome: "founded" | "unfounded" | null;
  readonly complaint_until: number | null;
  readonly complaints: readonly Complaint[];
}

/** What an account can ask about its standing and its reports. */
export class Conduct {
  readonly #ask: Asker;
  readonly #token: string;

  constructor(token: string) {
    this.#ask = asker(token);
    this.#token = token;
  }

  standing = () => this.#get<Standing>("standing");
  decisions = async () => (await this.#get<{ decisions: Decision[] }>("decisions")).decisions;
  statement = (id: string) => this.#get<Statement>(`decisions/${encodeURIComponent(id)}/statement`);
  rules = (version: number) => this.#get<Rules>(`rules/${version}`);
  newestRules = async () => (await this.#get<{ newest: Rules | null }>("rules")).newest;
  reports = async () => (await this.#get<{ reports: Report[] }>("reports")).reports;
  report = (id: string) => this.#get<Report>(`reports/${encodeURIComponent(id)}`);

  appeal(decisionId: string, text: string, hasNewEvidence: boolean): Promise<Appeal> {
    const path = `decisions/${encodeURIComponent(decisionId)}/appeals`;
    return this.#send<Appeal>("POST", path, { text, new_evidence: hasNewEvidence });
  }

  withdraw(appealId: string): Promise<Appeal> {
    return this.#send<Appeal>("DELETE", `appeals/${encodeURIComponent(appealId)}`);
  }

  send(wanted: WantedReport): Promise<Receipt> {
    const { item, subject, ...rest } = wanted;
    return this.#send<Receipt>("POST", "reports", {
      item_type: item.type,
      item_id: item.id,
      item_version: item.version,
      ...(subject !== null && { subject }),
      ...rest,
    });
  }

  complain(reportId: string, text: string): Promise<Complaint> {
    return this.#send<Complaint>("POST", `reports/${encodeURIComponent(reportId)}/complaint`, { text });
  }

  /** The `.tlog-proof` of a decision. */
  proof = async (id: string) =>
    new TextDecoder().decode(await bytesOf(`${OURS}/decisions/${encodeURIComponent(id)}/proof`, this.#token));

  async #get<T>(path: string): Promise<T> {
    return (await this.#ask("GET", `${OURS}/${path}`)) as T;
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await this.#ask(method, `${OURS}/${path}`, body)) as T;
  }
}

/** The key of the public log, as text. Everybody may read it, so nobody is named. */
export async function logKey(): Promise<string> {
  return new TextDecoder().decode(await bytesOf(`${LOG}/vkey`));
}

/** A file below the public log. */
export function logFile(path: string): Promise<Uint8Array> {
  return bytesOf(`${LOG}/${path}`);
}

async function bytesOf(path: string, token?: string): Promise<Uint8Array> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const answer = await fetch(path, { headers }).catch((error: unknown) => {
    throw new Unreachable("The server cannot be reached.", { cause: error });
  });
  if (!answer.ok) throw new Refused(answer.status, "", "The server has no such file.", {});
  return new Uint8Array(await answer.arrayBuffer());
}
