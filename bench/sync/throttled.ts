import type { Clock } from '../../kit/clock.ts'
import type { Credential, Settings } from '../../store/account.ts'
import type { Sent } from './line.ts'

/** A provider's twin that throttles, and which of its limits are tried. */
export interface ThrottledProvider {
  readonly provider: string
  readonly tries: readonly Try[]
  /** Starts the twin with as much in it as the tries read. The clock is the twin's, too. */
  start(clock: Clock): Promise<ThrottledTwin>
}

/** A running twin, and the account in it that the credential opens. */
export interface ThrottledTwin extends AsyncDisposable {
  readonly settings: Settings
  readonly credential: Credential
}

/** One limit, and the stream that a backfill reads over and over to reach it. */
export interface Try {
  /** As people name it: `account`, `exports`. */
  readonly limit: string
  readonly stream: string
  readonly allowed: number
  readonly windowMs: number
  /** What a request takes of the limit. */
  takes(request: Sent): number
}
