import type { Acting, ActionName, Actions, Outcome } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { lineOf, type Outgoing, performing, toStoredWork, TRY_FOR_MS } from '../../kit/outbox.ts'
import { toldUnsupported } from '../../kit/told.ts'
import type { SubgraphContext } from '../context.ts'
import type { Acted, Asking } from './acted.ts'
import { carryOut } from './carry-out.ts'

/** Something that several providers can do. */
export interface Act<Name extends ActionName> extends Asking {
  readonly name: Name
  readonly perform: (action: NonNullable<Actions[Name]>, client: AccountClient, acting: Acting) => Promise<Outcome>
}

/** Something that only one provider can do. */
export interface OwnAct extends Asking {
  readonly provider: string
  /** As the activity tells it: `forwardTicket`. */
  readonly name: string
  readonly perform: (client: AccountClient, acting: Acting) => Promise<Outcome>
}

/** Something to say or to make, that others can do when its caller is gone. */
export interface Sending extends Asking {
  readonly outgoing: Outgoing
  /** How long its caller waits for it to be done by whoever does sends; null does it here and now. */
  readonly waitMs: number | null
}

/**
 * Does one thing at a provider, once: the call is on record before it is made, the provider's answer is stored
 * through `apply`, and what came of it is kept for the next time the key comes.
 */
export async function act<Name extends ActionName>(context: SubgraphContext, asked: Act<Name>): Promise<Acted> {
  return carryOut(context, { ...asked, kept: null, waitMs: null }, ({ provider }) => {
    const connector = context.services.connectors.get(provider)
    const action = connector?.actions[asked.name]
    if (!action) return toldUnsupported(connector?.title ?? provider, asked.name)
    return (client, acting) => asked.perform(action, client, acting)
  })
}

/** Does, in the same way, what only one provider can do. */
export async function actAt(context: SubgraphContext, asked: OwnAct): Promise<Acted> {
  return carryOut(context, { ...asked, kept: null, waitMs: null }, ({ provider }) => {
    if (provider === asked.provider) return asked.perform
    return toldUnsupported(context.services.connectors.get(provider)?.title ?? provider, asked.name)
  })
}

/**
 * Says or makes something, in the same way; and keeps all that doing it takes, so that it is done, or looked for, when this
 * process ends in the middle. With `waitMs` it is put on record to be done by whoever does sends, also when the provider can
 * be asked only later, and what came of it within that time is answered.
 */
export function send(context: SubgraphContext, asked: Sending): Promise<Acted> {
  const { outgoing, agentRemoteId, inputFields, field, waitMs } = asked
  const kept = {
    work: toStoredWork({ outgoing, agentRemoteId, inputFields, field }),
    line: lineOf(outgoing),
    tryForMs: waitMs === null ? null : TRY_FOR_MS,
  }
  return carryOut(context, { ...asked, name: outgoing.action, kept }, ({ provider }) => {
    const connector = context.services.connectors.get(provider)
    const perform = connector ? performing(connector.actions, outgoing) : null
    return perform ?? toldUnsupported(connector?.title ?? provider, outgoing.action)
  })
}
