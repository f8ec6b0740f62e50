import type { TwinReply, TwinRequest } from '../../exchange.ts'
import { isRecord } from '../../exchange.ts'
import { invalid, missing } from '../errors.ts'
import type { Admin, Attachment, Author, Contact } from '../records.ts'
import { adminAuthor, nextId } from '../world.ts'
import type { World } from '../world.ts'

/** One authorised call of the API. */
export interface ApiCall {
  readonly world: World
  readonly request: TwinRequest
  readonly params: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
  /** Who the token acts as. */
  readonly caller: Admin
}

/** Answers a call, or throws the answer. */
export type ApiHandler = (call: ApiCall) => TwinReply

/** A part of the path. */
export function param(call: ApiCall, name: string): string {
  const value = call.params[name]
  if (value === undefined) throw new Error(`the route declares no {${name}}`)
  return value
}

/** A field that must be there, as text. Numbers are taken as their digits. */
export function requiredText(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = optionalText(body, name)
  if (value === undefined || value === '') throw missing(name)
  return value
}

/** A field as text; undefined when it was not sent, or was null. */
export function optionalText(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw invalid(`${name} must be a string`)
}

/** A field as text that null empties; undefined when it was not sent. */
export function nullableText(body: Readonly<Record<string, unknown>>, name: string): string | null | undefined {
  return body[name] === null ? null : optionalText(body, name)
}

/** A field as a whole number; null empties, undefined when it was not sent. */
export function nullableInteger(body: Readonly<Record<string, unknown>>, name: string): number | null | undefined {
  const value = body[name]
  if (value === undefined || value === null) return value
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number)) throw invalid(`${name} must be an integer`)
  return number
}

/** A field as true or false; undefined when it was not sent. */
export function optionalBoolean(body: Readonly<Record<string, unknown>>, name: string): boolean | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  throw invalid(`${name} must be true or false`)
}

/** A field as an object; undefined when it was not sent. */
export function optionalObject(
  body: Readonly<Record<string, unknown>>,
  name: string,
): Record<string, unknown> | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (isRecord(value)) return value
  throw invalid(`${name} must be an object`)
}

/** The admin a body names as acting; the token's own when it names none. */
export function actingAdmin(call: ApiCall): Admin {
  const id = optionalText(call.body, 'admin_id')
  if (id === undefined) return call.caller
  const admin = call.world.admins.find((candidate) => candidate.id === id)
  if (!admin) throw invalid(`Admin for admin_id ${id} not found`)
  return admin
}

/** The author an admin's body names. */
export function actingAuthor(call: ApiCall): Author {
  return adminAuthor(actingAdmin(call))
}

/** The contact a body names by Intercom's id, the workspace's own id or an address. Undefined when it names none or nobody. */
export function namedContact(
  world: World,
  body: Readonly<Record<string, unknown>>,
  names: { readonly id: string; readonly externalId: string },
): Contact | undefined {
  const id = optionalText(body, names.id)
  if (id !== undefined) return world.contacts.get(world.merged.get(id) ?? id)
  const externalId = optionalText(body, names.externalId)
  const email = optionalText(body, 'email')?.toLowerCase()
  if (externalId === undefined && email === undefined) return undefined
  return [...world.contacts.values()].find((contact) =>
    externalId === undefined ? contact.email?.toLowerCase() === email : contact.externalId === externalId,
  )
}

/** At most this many attachment addresses with one message. Source: the provider's notes. */
const maxAttachments = 10

/** The attachments of a message, by address and as files. */
export function attachmentsOf(call: ApiCall): Attachment[] {
  const { attachment_urls: urls = [], attachment_files: files = [] } = call.body
  if (!Array.isArray(urls) || !Array.isArray(files)) throw invalid('attachments must be lists')
  if (urls.length > maxAttachments) throw invalid(`attachment_urls takes at most ${maxAttachments} entries`)
  const byUrl = urls.map((url: unknown) => {
    if (typeof url !== 'string' || !URL.canParse(url)) throw invalid('attachment_urls must hold URLs')
    return { name: new URL(url).pathname.split('/').at(-1) || 'file', url, contentType: contentTypeOf(url), size: 0 }
  })
  const byFile = files.map((file: unknown) => {
    if (!isRecord(file)) throw invalid('attachment_files must hold objects')
    const name = requiredText(file, 'name')
    const size = Buffer.from(requiredText(file, 'data'), 'base64').length
    const url = `https://downloads.intercomcdn.example/${nextId(call.world, 'attachment')}/${encodeURIComponent(name)}`
    return { name, url, contentType: requiredText(file, 'content_type'), size }
  })
  return [...byUrl, ...byFile].map(({ name, url, contentType, size }) => ({
    type: 'upload',
    name,
    url,
    content_type: contentType,
    filesize: size,
    width: null,
    height: null,
  }))
}

function contentTypeOf(url: string): string {
  const ending = new URL(url).pathname.split('.').at(-1)?.toLowerCase() ?? ''
  const known: Readonly<Record<string, string>> = {
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    pdf: 'application/pdf',
    txt: 'text/plain',
  }
  return known[ending] ?? 'application/octet-stream'
}
