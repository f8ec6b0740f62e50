import { json } from '../../exchange.ts'
import { makeAgent } from '../acts/agents.ts'
import { hardDelete, mergeContacts, setDeleted } from '../acts/contacts.ts'
import { checkFields, numberIn, numbersIn, objectIn } from '../check.ts'
import { invalidValue, notAllowedNow, notFound } from '../errors.ts'
import type { Contact } from '../records.ts'
import { renderAgent } from '../render/people.ts'
import { getContact } from '../world.ts'
import { agentRules, agentFieldsIn } from './agents.ts'
import { bodyOf, idIn, noContent } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { aliveContact, contactFieldsIn, contactRules } from './contacts.ts'

/** What is done to contacts beside changing their fields. */
export const contactActionRoutes: Routes = {
  'DELETE /contacts/{contact_id}': {
    needs: 'delete_contacts',
    answer(call) {
      setDeleted(call.world, aliveContact(call, 'DELETE'), 'deleted')
      return noContent
    },
  },
  'DELETE /contacts/{contact_id}/hard_delete': {
    needs: 'delete_contacts',
    query: ['force'],
    answer(call) {
      const contact = getContact(call.world, idIn(call, 'contact_id'))
      // Only what is in the trash goes for good, unless it is forced.
      if (!contact.deleted && call.query.get('force') !== 'true') throw notAllowedNow('DELETE', ['GET', 'PUT'])
      hardDelete(call.world, contact)
      return noContent
    },
  },
  'PUT /contacts/{contact_id}/restore': {
    needs: 'delete_contacts',
    answer(call) {
      const contact = getContact(call.world, idIn(call, 'contact_id'))
      if (!contact.deleted) throw notFound()
      setDeleted(call.world, contact, 'restored')
      return noContent
    },
  },
  'PUT /contacts/{contact_id}/make_agent': {
    needs: 'administer',
    answer(call) {
      const contact = aliveContact(call, 'PUT')
      const fields = agentFieldsIn(call.world, bodyOf(call, agentRules))
      const agent = makeAgent(call.world, contact, fields)
      return json(renderAgent(call.world, agent))
    },
  },
  'POST /contacts/merge': {
    needs: 'manage_contacts',
    answer(call) {
      const fields = bodyOf(call, {
        primary_contact_id: { kind: 'integer', required: true },
        secondary_contact_ids: { kind: 'integers', required: true },
        contact: { kind: 'object' },
      })
      const said = objectIn(fields, 'contact') ?? {}
      checkFields(said, contactRules)
      const primary = merged(call, 'primary_contact_id', numberIn(fields, 'primary_contact_id') ?? 0)
      const others = (numbersIn(fields, 'secondary_contact_ids') ?? []).map((id) =>
        merged(call, 'secondary_contact_ids', id),
      )
      mergeContacts(call.world, primary, others, contactFieldsIn(call.world, said, primary))
      return noContent
    },
  },
}

function merged(call: ApiCall, field: string, id: number): Contact {
  const contact = call.world.contacts.get(id)
  if (!contact || contact.deleted) throw invalidValue(field, `There is no contact matching the given ${field}`)
  return contact
}
