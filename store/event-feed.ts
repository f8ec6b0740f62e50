import type { Bell } from './bell.ts'
import type { Database } from './database.ts'
import { DatabaseUnavailableError } from './errors.ts'
import type { Follower, Source } from './event-follower.ts'
import { Followers } from './event-followers.ts'
import { gapFinder, type PlacedGap } from './event-gap.ts'
import type { Moment, Position } from './event-position.ts'
import type { OnHandedOver } from './metrics.ts'
import { type EventPage, readEvents, readMoment } from './event-table.ts'

const PAGE_EVENTS = 1_000
/** In case a bell is lost. */
const SAFETY_DELAY_MS = 5_000
/** While something has committed above an open transaction, and while the database does not answer. */
const FIRST_DELAY_MS = 5
const LONGEST_PENDING_DELAY_MS = 100
const LONGEST_OUTAGE_DELAY_MS = 2_000

interface Join {
  readonly follower: Follower
  readonly resolve: (moment: Moment) => void
  readonly reject: (fault: unknown) => void
}

/**
 * Reads the log of events once for all followers of this process, and hands each what is of its workspace.
 *
 * It reads when the bell rings for a workspace that someone follows, and nothing while nobody does. An outage of the
 * database is waited for.
 */
export class EventFeed implements Source, AsyncDisposable {
  readonly #database: Database
  readonly #source: Bell
  readonly #onHandedOver: OnHandedOver
  readonly #followers = new Map<string, Followers<Follower>>()
  #joins: Join[] = []
  #position: Position | null = null
  #running: Promise<void> | null = null
  #bell: AsyncDisposable | null = null
  #rung = false
  /** Whether the bell rang for what is to be read; else it is looked for without. */
  #heard = false
  #closed = false
  #interrupt: () => void = () => undefined

  constructor(database: Database, bell: Bell, onHandedOver: OnHandedOver = () => undefined) {
    this.#database = database
    this.#source = bell
    this.#onHandedOver = onHandedOver
  }

  join(follower: Follower): Promise<Moment> {
    if (this.#closed) return Promise.reject(new DatabaseUnavailableError('the log of events is closed'))
    return new Promise((resolve, reject) => {
      this.#joins.push({ follower, resolve, reject })
      this.#ring()
      // All who join in one turn share one reading.
      this.#running ??= Promise.resolve().then(() => this.#run())
    })
  }

  leave(follower: Follower): void {
    const followers = this.#followers.get(follower.workspaceId)
    followers?.delete(follower)
    if (followers?.size === 0) this.#followers.delete(follower.workspaceId)
    this.#joins = this.#joins.filter((join) => join.follower !== follower)
    if (this.#isIdle()) this.#ring()
  }

  async read(follower: Follower, after: Position): Promise<EventPage | PlacedGap> {
    const { workspaceId, kinds } = follower
    const workspace = this.#database.workspace(workspaceId)
    const query = { after, workspaceIds: [workspaceId], kinds: kinds && [...kinds], limit: PAGE_EVENTS }
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_OUTAGE_DELAY_MS)) {
      try {
        const page = await readEvents(workspace, query)
        // After reading, since pruning may have come in between.
        const findGap = await gapFinder(workspace, workspaceId)
        return findGap(after) ?? page
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError) || this.#closed || follower.ended) throw error
        await new Promise((resolve) => setTimeout(resolve, delayMs))
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const followers of this.#followers.values()) for (const follower of followers) void follower.return()
    for (const { follower } of this.#joins) void follower.return()
    this.#ring()
    await this.#running
    await this.#bell?.[Symbol.asyncDispose]()
  }

  #isIdle(): boolean {
    return this.#followers.size === 0 && this.#joins.length === 0
  }

  #ring(): void {
    this.#rung = true
    this.#interrupt()
  }

  async #run(): Promise<void> {
    let delayMs = FIRST_DELAY_MS
    while (!this.#closed && !this.#isIdle()) {
      this.#rung = false
      try {
        const page = await this.#poll()
        if (page.full) continue
        const quiet = !page.pending || page.events.length > 0
        delayMs = quiet ? FIRST_DELAY_MS : Math.min(delayMs * 2, LONGEST_PENDING_DELAY_MS)
        await this.#pause(page.pending ? delayMs : SAFETY_DELAY_MS)
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) this.#failAll(error)
        delayMs = Math.min(delayMs * 2, LONGEST_OUTAGE_DELAY_MS)
        this.#rung = false
        await this.#pause(delayMs)
      }
    }
    this.#running = null
    this.#position = null
  }

  /** Who joined before the log was read is handed what comes after. */
  async #poll(): Promise<Pick<EventPage, 'events' | 'full' | 'pending'>> {
    this.#bell ??= await this.#source.hear((workspaceId) => {
      if (workspaceId !== '' && !this.#followers.has(workspaceId)) return
      this.#heard ||= workspaceId !== ''
      this.#ring()
    })
    const joining = new Set(this.#joins)
    const heard = this.#heard
    this.#heard = false
    const page = await this.#readOn()
    // What it rang for is still to come.
    if (page.full || page.pending) this.#heard ||= heard
    for (const placed of page.events) {
      const followers = this.#followers.get(placed.event.workspaceId)
      if (followers !== undefined) for (const follower of followers.of(placed.event)) follower.push(placed)
    }
    this.#onHandedOver(
      page.events.map(({ event }) => event),
      heard ? 'bell' : 'look',
    )
    this.#position = page.upTo
    if (!page.full) this.#letIn(joining, page.moment)
    return page
  }

  #readOn(): Promise<EventPage> {
    const { system } = this.#database
    const workspaceIds = [...this.#followers.keys()]
    if (this.#position !== null && workspaceIds.length > 0) {
      return readEvents(system, { after: this.#position, workspaceIds, kinds: null, limit: PAGE_EVENTS })
    }
    return readMoment(system).then((moment) => ({
      events: [],
      upTo: moment.position,
      full: false,
      pending: false,
      moment,
    }))
  }

  #letIn(joining: ReadonlySet<Join>, moment: Moment): void {
    for (const join of this.#joins) {
      if (!joining.has(join)) continue
      const { workspaceId } = join.follower
      const followers = this.#followers.get(workspaceId) ?? new Followers()
      followers.add(join.follower)
      this.#followers.set(workspaceId, followers)
      join.resolve(moment)
    }
    // A bell of theirs may have rung before they were in.
    if (joining.size > 0) this.#rung = true
    this.#joins = this.#joins.filter((join) => !joining.has(join))
  }

  #failAll(fault: unknown): void {
    const followers = [...this.#followers.values()].flatMap((each) => [...each])
    const joining = this.#joins
    this.#joins = []
    for (const follower of [...followers, ...joining.map((join) => join.follower)]) follower.fail(fault)
    for (const join of joining) join.reject(fault)
  }

  async #pause(delayMs: number): Promise<void> {
    if (this.#rung || this.#closed) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs)
      this.#interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
