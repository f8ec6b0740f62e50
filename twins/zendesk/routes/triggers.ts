import { isRecord, json } from '../../exchange.ts'
import { plainText } from '../../plain-value.ts'
import { invalidField } from '../errors.ts'
import type { Trigger, TriggerPart } from '../records.ts'
import { renderTrigger } from '../render/account.ts'
import { nextId, nowIn } from '../../world.ts'
import { found } from '../world.ts'
import { idIn, noContent, wrapped } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { pageReply } from './paging.ts'

/** Triggers: of their actions only the call of a webhook does something here. */
export const triggerRoutes: Routes = {
  'GET /triggers': {
    needs: 'admin',
    resource: 'triggers',
    answer(call) {
      const active = call.query.get('active')
      const rows = [...call.world.triggers.values()].filter((one) => active === null || String(one.active) === active)
      return pageReply(call, {
        name: 'triggers',
        rows,
        render: (one) => renderTrigger(one, call.base),
        sorts: { position: (one) => one.position, title: (one) => one.title },
      })
    },
  },
  'POST /triggers': {
    needs: 'admin',
    resource: 'triggers',
    answer(call) {
      const at = nowIn(call.world)
      const id = nextId(call.world, 'trigger')
      const empty: Trigger = {
        id,
        title: '',
        active: true,
        position: call.world.triggers.size + 1,
        description: null,
        conditions: { all: [], any: [] },
        actions: [],
        created_at: at,
        updated_at: at,
      }
      write(empty, wrapped(call, 'trigger'))
      call.world.triggers.set(id, empty)
      return json({ trigger: renderTrigger(empty, call.base) }, 201)
    },
  },
  'GET /triggers/{trigger_id}': {
    needs: 'admin',
    resource: 'triggers',
    answer: (call) => json({ trigger: renderTrigger(triggerOf(call), call.base) }),
  },
  'PUT /triggers/{trigger_id}': {
    needs: 'admin',
    resource: 'triggers',
    answer(call) {
      const trigger = triggerOf(call)
      const draft = { ...trigger, updated_at: nowIn(call.world) }
      write(draft, wrapped(call, 'trigger'))
      Object.assign(trigger, draft)
      return json({ trigger: renderTrigger(trigger, call.base) })
    },
  },
  'DELETE /triggers/{trigger_id}': {
    needs: 'admin',
    resource: 'triggers',
    answer(call) {
      call.world.triggers.delete(triggerOf(call).id)
      return noContent
    },
  },
}

function triggerOf(call: ApiCall): Trigger {
  return found(call.world.triggers.get(idIn(call, 'trigger_id')))
}

/** @throws 422 it has no title or does nothing */
function write(trigger: Trigger, sent: Readonly<Record<string, unknown>>): void {
  const { title, active, position, description, conditions, actions } = sent
  if (typeof title === 'string') trigger.title = title
  if (typeof active === 'boolean') trigger.active = active
  if (typeof position === 'number') trigger.position = position
  if (typeof description === 'string') trigger.description = description
  if (isRecord(conditions)) trigger.conditions = { all: partsIn(conditions['all']), any: partsIn(conditions['any']) }
  if (actions !== undefined) trigger.actions = partsIn(actions)
  if (trigger.title === '') throw invalidField('title', 'Title: cannot be blank', 'BlankValue')
  if (trigger.actions.length === 0) throw invalidField('base', 'Actions: a trigger needs at least one', 'BlankValue')
}

function partsIn(sent: unknown): TriggerPart[] {
  const list: unknown[] = Array.isArray(sent) ? sent : []
  return list.filter(isRecord).map(({ field, operator, value }) => ({
    field: plainText(field),
    ...(typeof operator === 'string' ? { operator } : {}),
    value,
  }))
}
