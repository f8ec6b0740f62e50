import { isRecord, json } from '../../exchange.ts'
import { booleanIn, numberIn, objectIn, textIn } from '../check.ts'
import type { Body, FieldRules } from '../check.ts'
import type { SlaPolicy, SlaTarget } from '../desk-records.ts'
import { invalidValue, missingField } from '../errors.ts'
import { nextId, nowIn } from '../../world.ts'
import { found } from '../world.ts'
import { bodyOf, created, idIn, pageReply } from './call.ts'
import type { Routes } from './call.ts'

const rules: FieldRules = {
  name: { kind: 'string' },
  description: { kind: 'string', nullable: true },
  active: { kind: 'boolean' },
  position: { kind: 'integer' },
  sla_target: { kind: 'object' },
  applicable_to: { kind: 'object' },
  escalation: { kind: 'object' },
}

/** How soon tickets are due. What is written here moves the due times of tickets made or re-prioritised afterwards. */
export const slaRoutes: Routes = {
  'GET /sla_policies': {
    needs: 'administer',
    paged: true,
    answer: (call) => pageReply(call, [...call.world.slaPolicies.values()], (policy) => policy),
  },
  'POST /sla_policies': {
    needs: 'administer',
    answer(call) {
      const { world } = call
      const body = bodyOf(call, rules)
      for (const name of ['name', 'sla_target', 'applicable_to']) if (!(name in body)) throw missingField(name)
      const at = nowIn(world)
      const policy: SlaPolicy = {
        id: nextId(world, 'slaPolicy'),
        description: null,
        active: true,
        is_default: false,
        position: world.slaPolicies.size + 1,
        applicable_to: {},
        escalation: {},
        name: '',
        sla_target: {},
        ...policyFieldsIn(body),
        created_at: at,
        updated_at: at,
      }
      world.slaPolicies.set(policy.id, policy)
      return created(call, `/sla_policies/${policy.id}`, policy)
    },
  },
  'PUT /sla_policies/{sla_policy_id}': {
    needs: 'administer',
    answer(call) {
      const policy = found(call.world.slaPolicies.get(idIn(call, 'sla_policy_id')))
      Object.assign(policy, policyFieldsIn(bodyOf(call, rules)), { updated_at: nowIn(call.world) })
      return json(policy)
    },
  },
}

function policyFieldsIn(body: Body): Partial<SlaPolicy> {
  const targets = objectIn(body, 'sla_target')
  const fields: Partial<Record<keyof SlaPolicy, unknown>> = {
    name: textIn(body, 'name'),
    description: body['description'],
    active: booleanIn(body, 'active'),
    position: numberIn(body, 'position'),
    sla_target: targets && targetsIn(targets),
    applicable_to: objectIn(body, 'applicable_to'),
    escalation: objectIn(body, 'escalation'),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function targetsIn(raw: Body): Record<string, SlaTarget> {
  const targets = Object.entries(raw).map(([name, target]): [string, SlaTarget] => {
    if (!/^priority_[1-4]$/.test(name) || !isRecord(target)) throw invalidValue('sla_target', `${name} is no target`)
    const [respond_within, resolve_within] = [numberIn(target, 'respond_within'), numberIn(target, 'resolve_within')]
    if (
      respond_within === undefined ||
      resolve_within === undefined ||
      Math.min(respond_within, resolve_within) < 900
    ) {
      throw invalidValue('sla_target', 'respond_within and resolve_within should be at least 900 seconds')
    }
    const business_hours = booleanIn(target, 'business_hours') ?? false
    return [
      name,
      {
        respond_within,
        resolve_within,
        business_hours,
        escalation_enabled: booleanIn(target, 'escalation_enabled') ?? true,
      },
    ]
  })
  return Object.fromEntries(targets)
}
