import { z } from 'zod'
import type { Actions, ContactPatch } from '../../kit/actions.ts'
import { RejectedError } from '../../kit/errors.ts'
import { readBack } from '../../kit/read-back.ts'
import { refuseOthers } from '../../kit/refuse-others.ts'
import { wireId } from '../../kit/wire.ts'
import type { Json } from '../../store/kinds.ts'
import { withCustomFields } from './acting.ts'
import { readContact } from './read-contacts.ts'
import { PROVIDER, receive } from './wire.ts'

/** Tags and companies are put on people by calls of their own, one for each, so that half of them could fail. */
const TAKEN = [
  'name',
  'email',
  'phone',
  'externalId',
  'customFields',
] as const satisfies readonly (keyof ContactPatch)[]

/** Of those, what Intercom's description lets nobody empty. Source: REST 2.16, `update_contact_request`. */
const KEPT = ['email', 'externalId'] as const satisfies readonly (keyof ContactPatch)[]

type Body = { readonly [key: string]: Json }

function toBody(patch: ContactPatch): Body {
  refuseOthers({ provider: PROVIDER, what: 'people in Intercom' }, patch, TAKEN)
  const emptied = KEPT.find((word) => patch[word] === null)
  if (emptied !== undefined) {
    throw new RejectedError(PROVIDER, `"${emptied}" emptied`, emptied, `Intercom lets nobody empty "${emptied}".`)
  }
  const { name, email, phone, externalId, customFields } = patch
  const body: Readonly<Record<string, Json | undefined>> = {
    name,
    email,
    phone,
    external_id: externalId,
    custom_attributes: customFields,
  }
  return Object.fromEntries(Object.entries(body).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}

const wireMade = z.looseObject({ id: wireId })

/** Somebody with an address or an id of the customer's own is a user, anybody else a lead. */
const createContact: Actions['createContact'] = async (client, { contact }) => {
  const known = contact.email !== undefined || contact.externalId !== undefined
  const body = { role: known ? 'user' : 'lead', ...toBody(contact) }
  const answer = await withCustomFields(contact.customFields, () =>
    client.request({ method: 'POST', path: '/contacts', body }),
  )
  const { id: remoteId } = receive(wireMade, answer.body, 'contacts').wire
  return readBack({ changes: [], subject: { kind: 'contact', remoteId } }, () => readContact(client, remoteId))
}

const updateContact: Actions['updateContact'] = async (client, { contactRemoteId, patch }) => {
  const path = `/contacts/${encodeURIComponent(contactRemoteId)}`
  const body = toBody(patch)
  await withCustomFields(patch.customFields, () => client.request({ method: 'PUT', path, body }))
  return readBack({ changes: [], subject: { kind: 'contact', remoteId: contactRemoteId } }, () =>
    readContact(client, contactRemoteId),
  )
}

/** Making and changing people. */
export const contactActions: Required<Pick<Actions, 'createContact' | 'updateContact'>> = {
  createContact,
  updateContact,
}
