import { json } from '../../exchange.ts'
import { booleanIn, numberIn, textIn } from '../check.ts'
import type { FieldRules } from '../check.ts'
import type { Rule } from '../desk-records.ts'
import { missingField, notFound } from '../errors.ts'
import { automations } from '../rules/trigger.ts'
import { nextId, nowIn } from '../../world.ts'
import { found } from '../world.ts'
import type { World } from '../world.ts'
import { bodyOf, idIn, noContent } from './call.ts'
import type { ApiCall, Routes } from './call.ts'

/** What a rule may be sent with. What stands in its lists is taken as it comes: no source confirms the shape of actions. */
const rules: FieldRules = {
  name: { kind: 'string' },
  description: { kind: 'string' },
  position: { kind: 'integer' },
  active: { kind: 'boolean' },
  performer: { kind: 'object' },
  events: { kind: 'objects' },
  conditions: { kind: 'objects' },
  operator: { kind: 'string' },
  actions: { kind: 'objects' },
  custom_ticket_event: { kind: 'value' },
}

/** Automation rules. */
export const automationRoutes: Routes = {
  'GET /automations/{automation_type_id}/rules': {
    needs: 'administer',
    answer(call) {
      const type = typeOf(call)
      const found = [...call.world.rules.values()].filter((rule) => rule.automation_type_id === type)
      return json({ rules: found.map(render), meta: { count: found.length, cascading_rules: false } })
    },
  },
  'POST /automations/{automation_type_id}/rules': {
    needs: 'administer',
    answer(call) {
      const type = typeOf(call)
      const body = bodyOf(call, rules)
      const name = textIn(body, 'name')
      if (name === undefined || name === '') throw missingField('name')
      if (!Array.isArray(body['actions']) || body['actions'].length === 0) throw missingField('actions')
      const made = addRule(call.world, { type, name, by: call.caller.id, body })
      return json(render(made))
    },
  },
  'GET /automations/{automation_type_id}/rules/{rule_id}': {
    needs: 'administer',
    answer: (call) => json(render(ruleOf(call))),
  },
  'PUT /automations/{automation_type_id}/rules/{rule_id}': {
    needs: 'administer',
    answer(call) {
      const rule = ruleOf(call)
      const body = bodyOf(call, rules)
      rule.name = textIn(body, 'name') ?? rule.name
      rule.active = booleanIn(body, 'active') ?? rule.active
      rule.position = numberIn(body, 'position') ?? rule.position
      rule.content = { ...rule.content, ...contentOf(body) }
      rule.last_updated_by = call.caller.id
      rule.updated_at = nowIn(call.world)
      return json(render(rule))
    },
  },
  'DELETE /automations/{automation_type_id}/rules/{rule_id}': {
    needs: 'administer',
    answer(call) {
      call.world.rules.delete(ruleOf(call).id)
      return noContent
    },
  },
}

/** Adds a rule, active unless it says otherwise. */
export function addRule(
  world: World,
  rule: {
    readonly type: number
    readonly name: string
    readonly by: number
    readonly body: Readonly<Record<string, unknown>>
  },
): Rule {
  const at = nowIn(world)
  const added: Rule = {
    id: nextId(world, 'rule'),
    automation_type_id: rule.type,
    name: rule.name,
    position: numberIn(rule.body, 'position') ?? world.rules.size + 1,
    active: booleanIn(rule.body, 'active') ?? true,
    last_updated_by: rule.by,
    created_at: at,
    updated_at: at,
    content: contentOf(rule.body),
  }
  world.rules.set(added.id, added)
  return added
}

function contentOf(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { name: _name, position: _position, active: _active, ...content } = body
  return content
}

function typeOf(call: ApiCall): number {
  const type = Number(call.params['automation_type_id'])
  if (!Object.values<number>(automations).includes(type)) throw notFound()
  return type
}

function ruleOf(call: ApiCall): Rule {
  const rule = found(call.world.rules.get(idIn(call, 'rule_id')))
  if (rule.automation_type_id !== typeOf(call)) throw notFound()
  return rule
}

function render(rule: Rule) {
  const { content, ...rest } = rule
  return { ...rest, ...content, outdated: false, affected_tickets_count: null }
}
