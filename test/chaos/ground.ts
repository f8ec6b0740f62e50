import type { Program } from '../e2e/program.ts'
import type { Graph } from './calls.ts'
import { connectorOf, type Desk } from './desks.ts'
import type { Nats } from './nats.ts'
import { connect } from './owner.ts'
import type { Server } from './postgres.ts'
import type { Part } from './roles.ts'

/** What a run works on. */
export interface Ground {
  readonly server: Server
  /** Null where the database has the bell. */
  readonly nats: Nats | null
  readonly desks: readonly Desk[]
  readonly parts: ReadonlyMap<string, Part>
  readonly graphs: readonly Graph[]
}

/** Where a part listens. */
export const urlOf = (parts: ReadonlyMap<string, Part>, name: string): string => parts.get(name)?.url ?? ''

/** Where the desks are, and the apps that they know. */
export function appsOf(desks: readonly Desk[]): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const { provider, world } of desks) {
    const name = provider.toUpperCase()
    settings[`SWITCHBOARD_${name}_URL`] = world.settings.baseUrl ?? ''
    const app = world.ways.find((way) => way.kind === 'oauth2')?.app
    if (app) {
      const { clientId, clientSecret, redirectUri } = app
      Object.assign(settings, { [`${name}_CLIENT_ID`]: clientId, [`${name}_CLIENT_SECRET`]: clientSecret })
      // The desks know this one; nobody is there, and whoever connects hands on what the provider sends back.
      settings['SWITCHBOARD_CALLBACK_URL'] = redirectUri
    }
  }
  return settings
}

/** Makes the workspace and a token of its owner. */
export async function makeToken(program: Program, settings: Readonly<Record<string, string>>): Promise<string> {
  const words = ['create', '--workspace', 'Chaos', '--email', 'owner@chaos.test', '--role', 'OWNER']
  const making = program.run('token', settings, words)
  const code = await making.ended
  const secret = making.lines.find((line) => line.startsWith('swb_'))
  if (code !== 0 || secret === undefined) throw new Error(`no token: ${making.lines.join('\n')}`)
  return secret
}

/** Connects every desk, and has it push to us. */
export async function connectAll({ graphs: [graph], desks, parts }: Ground): Promise<void> {
  if (graph === undefined) return
  for (const desk of desks) {
    const wrong = await connect(graph, desk)
    if (wrong !== null) throw new Error(`${desk.provider} is not connected: ${wrong}`)
    if (connectorOf(desk).webhook?.addressee !== 'app') continue
    await desk.world.deliverTo({ url: `${urlOf(parts, 'ingest-a')}/webhooks/${desk.provider}`, secret: '' })
  }
}

/** The place behind all that is readable in the log. */
export async function placeNow(server: Server): Promise<string> {
  const [row] = await server.query<{ xid: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xid')
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64BE(BigInt(row?.xid ?? 0), 0)
  return bytes.toString('base64url')
}

/** Has everything that is mirrored be read an hour ago: an audit judges no record that it was told of just now. */
export async function age(server: Server): Promise<void> {
  const tables = [
    'agent',
    'team',
    'tag',
    'company',
    'contact',
    'conversation',
    'ticket',
    'message',
    'rating',
    'definition',
  ]
  for (const table of tables) await server.query(`update ${table} set observed_at = observed_at - interval '1 hour'`)
}
