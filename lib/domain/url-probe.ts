/** Why a probe got no answer that could be judged. */
export type ProbeFailure =
  | 'name' // the host name resolves to nothing
  | 'refused' // nobody listens, or the connection broke
  | 'timeout'
  | 'certificate' // the certificate is not valid for the host, expired or not trusted
  | 'address' // its address must not be entered by a probe
  | 'answer' // what came is not HTTP

/** One polite question to an environment's URL, as a visitor would ask it. */
export interface UrlProbe {
  url: string
  /** HTTP status of the first answer; `null` when there was none. */
  status: number | null
  /** Until the first byte of the first answer. */
  latencyMs: number | null
  /** Of the first answer; `null` without TLS. */
  certificateExpiresAt: Date | null
  /** Where the first answer sent the visitor, without query. */
  redirectTo: string | null
  /** HTTP status where the redirects ended; the first status when there were none. `null` when they were not followed to an end. */
  finalStatus: number | null
  failure: { kind: ProbeFailure; words: string } | null
}

/** The last probe, with what came before it. */
export interface ObservedUrl extends UrlProbe {
  observedAt: Date
  /** Probes that failed in a row, this one among them: a visitor's single bad moment is no finding. 0 when it answered well. */
  failures: number
  /** The first of those; `null` when it answered well. */
  failingSince: Date | null
}

/** Why an environment's URL is not probed; the words say what to do. */
export interface NotProbed {
  words: string
}
