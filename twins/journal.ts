import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A thing that was done, and when by the twin's clock. */
export interface Done<Deed> {
  readonly at: Date
  readonly deed: Deed
}

/** What a folder holds: a state, and everything that was done since, oldest first. */
export interface Kept<State, Deed> {
  readonly state: State
  readonly deeds: readonly Done<Deed>[]
}

/**
 * A state and the deeds since, in one folder. Both are JSON.
 *
 * What is in it when a call returns outlives the process, also one that is killed. Only a machine that loses its power
 * may forget the latest deeds; it forgets none before others.
 */
export interface Journal<State, Deed> extends Disposable {
  /** Null when nothing was kept yet. */
  read(): Kept<State, Deed> | null
  append(done: Done<Deed>): void
  /** Keeps a state in place of the one before and of all deeds since, or, when stopped half-way, leaves those. */
  restartFrom(state: State): void
  /** Whether there are so many deeds that a new start is due, or reading them would take long. */
  isLong(): boolean
}

/** Where to keep something, and what it belongs to. */
export interface JournalOptions {
  readonly folder: string
  /** What the deeds mean something for: which twin, which seed. With another identity they are not read. */
  readonly identity: Readonly<Record<string, unknown>>
  /** Hears when something was set aside, and why. */
  readonly log: (line: string) => void
}

/** The folder belongs to a process that is running. */
export class StateInUseError extends Error {
  readonly code = 'TWIN_STATE_IN_USE'

  constructor(folder: string, options: ErrorOptions) {
    super(`${folder} is in use: another process runs the twin that keeps its state there`, options)
    this.name = 'StateInUseError'
  }
}

/** Doing this many deeds again takes a fraction of a second. */
const longDeeds = 2_000
const longCharacters = 8_000_000

/** Changes with the tables below. */
const format = 1

/** What is wrong with the file, in the low byte of a result. Source: SQLite's C interface, Result Codes (c3ref/c_abort.html). */
const busy = 5
const corrupt = 11
const notADatabase = 26

/**
 * Opens the journal in a folder, which is made if it is not there, for this process alone.
 *
 * It is an SQLite file: that finds the end of what was written before a kill, and lets go of its lock with the process.
 * A file of another identity, or one that cannot be read, is moved aside; the one set aside before it is lost.
 *
 * @throws StateInUseError another process has it open
 */
export function openJournal<State, Deed>(options: JournalOptions): Journal<State, Deed> {
  const { folder, log } = options
  const identity = JSON.stringify({ format, ...options.identity })
  mkdirSync(dirname(folder), { recursive: true })
  // There are tokens in it. What stands above may be others' to enter.
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'state.db')
  const found = tryOpen(path, folder)
  const present = typeof found === 'string' ? null : identityIn(found)
  if (typeof found !== 'string' && (present === null || present === identity)) return journalIn(found, identity)
  if (typeof found !== 'string') found.close()
  const aside = join(folder, 'set-aside.db')
  renameSync(path, aside)
  for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true })
  const why = typeof found === 'string' ? `cannot be read (${found})` : `is of ${present}, and this is ${identity}`
  log(`what was kept at ${path} ${why}: it was moved to ${aside}, and the twin starts anew`)
  return journalIn(open(path), identity)
}

/** The database; or, as text, why the file is none. */
function tryOpen(path: string, folder: string): DatabaseSync | string {
  try {
    return open(path)
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error)) throw error
    const result = Number(error.errcode) & 0xff
    if (result === busy) throw new StateInUseError(folder, { cause: error })
    if (result === corrupt || result === notADatabase) return error.message
    throw error
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  try {
    // Nothing waits for the disk but a state that replaces another: a killed process loses nothing by that.
    database.exec(`
      pragma locking_mode = exclusive;
      pragma journal_mode = wal;
      pragma synchronous = normal;
      begin immediate;
      create table if not exists kept (identity text not null, state text not null);
      create table if not exists deed (number integer primary key, at integer not null, deed text not null);
      commit;
    `)
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

function identityIn(database: DatabaseSync): string | null {
  const row = database.prepare('select identity from kept').get()
  return row === undefined ? null : String(row['identity'])
}

function journalIn<State, Deed>(database: DatabaseSync, identity: string): Journal<State, Deed> {
  const insert = database.prepare('insert into deed (at, deed) values (?, ?)')
  const keep = database.prepare('insert into kept (identity, state) values (?, ?)')
  const length = database
    .prepare('select count(*) as deeds, coalesce(sum(length(deed)), 0) as characters from deed')
    .get()
  let deeds = Number(length?.['deeds'])
  let characters = Number(length?.['characters'])
  return {
    read() {
      const row = database.prepare('select state from kept').get()
      if (row === undefined) return null
      const state: State = JSON.parse(String(row['state']))
      const rows = database.prepare('select at, deed from deed order by number').all()
      return { state, deeds: rows.map(({ at, deed }) => doneFrom<Deed>(Number(at), String(deed))) }
    },
    append({ at, deed }) {
      const text = JSON.stringify(deed)
      insert.run(at.getTime(), text)
      deeds += 1
      characters += text.length
    },
    restartFrom(state) {
      const text = JSON.stringify(state)
      database.exec('begin immediate; delete from kept; delete from deed')
      try {
        keep.run(identity, text)
        database.exec('commit')
      } catch (error) {
        database.exec('rollback')
        throw error
      }
      deeds = 0
      characters = 0
    },
    isLong: () => deeds >= longDeeds || characters >= longCharacters,
    [Symbol.dispose]: () => database.close(),
  }
}

function doneFrom<Deed>(at: number, text: string): Done<Deed> {
  const deed: Deed = JSON.parse(text)
  return { at: new Date(at), deed }
}
