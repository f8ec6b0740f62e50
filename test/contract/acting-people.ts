import { expect } from 'vitest'
import type { ActionName, CompanyPatch, ContactPatch } from '../../kit/actions.ts'
import { A_WHILE_MS, acting, declared, expectTrue, type Run } from './acted.ts'
import { asSet } from './changes.ts'
import { type Stage, streamOf } from './stage.ts'
import type { CompanyWord, ContactWord, Takes } from './takes.ts'
import type { CompanyView, ContactView } from './views.ts'
import { companyValues, contactValues, EMPTIED_OF_COMPANY, EMPTIED_OF_CONTACT } from './words.ts'

/** What was said of a person or company stands there: tags in any order, of the account's own fields those given. */
function expectWord(seen: ContactView | CompanyView, word: ContactWord | CompanyWord, value: unknown): void {
  const shown: Readonly<Record<string, unknown>> = { ...seen }
  const found = shown[word === 'companyRemoteId' ? 'companyRemoteIds' : word]
  if (word === 'customFields') expect(found).toMatchObject(value ?? {})
  else if (word === 'companyRemoteId') expect(found).toEqual(value === null ? [] : [value])
  else if (Array.isArray(found) && Array.isArray(value)) expect(asSet(found)).toEqual(asSet(value))
  else expect({ [word]: found }).toEqual({ [word]: value })
}

/** What nobody can be without: a name, and an address by which most providers know people. */
const someone = (stage: Stage, of: string): ContactPatch => {
  const { name, email } = contactValues(stage, of)
  return { name, email }
}

async function changeContact(stage: Stage, contactRemoteId: string, patch: ContactPatch): Promise<ContactView> {
  await stage.pass(A_WHILE_MS)
  const outcome = await declared(stage, 'updateContact')(stage.client(), { ...acting(stage), contactRemoteId, patch })
  expect(outcome.subject).toEqual({ kind: 'contact', remoteId: contactRemoteId })
  await expectTrue(stage, outcome)
  return await stage.world.contact(contactRemoteId)
}

/** The words that a change may hold: all that are taken, without those that are not to be changed or emptied. */
const changing = <Word extends string>(taken: readonly Word[], ...not: (readonly string[] | undefined)[]): Word[] =>
  taken.filter((word) => !not.some((words) => words?.includes(word)))

const castCompany = (stage: Stage): string => {
  const { companyRemoteId } = stage.world.cast
  if (companyRemoteId === null) throw new Error('an action of companies is declared, and the cast has none')
  return companyRemoteId
}

async function changeCompany(stage: Stage, companyRemoteId: string, patch: CompanyPatch): Promise<CompanyView> {
  await stage.pass(A_WHILE_MS)
  const outcome = await declared(stage, 'updateCompany')(stage.client(), { ...acting(stage), companyRemoteId, patch })
  expect(outcome.subject).toEqual({ kind: 'company', remoteId: companyRemoteId })
  await expectTrue(stage, outcome)
  return await stage.world.company(companyRemoteId)
}

async function createContact(stage: Stage, takes: Takes): Promise<void> {
  for (const word of takes.contact) {
    await stage.pass(A_WHILE_MS)
    const values = contactValues(stage, word)
    const contact = { ...someone(stage, word), [word]: values[word] }
    const outcome = await declared(stage, 'createContact')(stage.client(), { ...acting(stage), contact })
    const { kind, remoteId } = outcome.subject
    expect(kind).toBe('contact')
    expect(await stage.world.standing(streamOf(stage, 'contact').name)).toContain(remoteId)
    const seen = await stage.world.contact(remoteId)
    expect(seen).toMatchObject(someone(stage, word))
    expectWord(seen, word, values[word])
    await expectTrue(stage, outcome)
  }
}

async function updateContact(stage: Stage, takes: Takes): Promise<void> {
  const { contactRemoteId } = stage.world.cast
  const values = contactValues(stage, 'changed')
  for (const word of changing(takes.contact, takes.fixed?.contact)) {
    const before = await stage.world.contact(contactRemoteId)
    const seen = await changeContact(stage, contactRemoteId, { [word]: values[word] })
    expectWord(seen, word, values[word])
    if (word !== 'name') expect(seen.name).toBe(before.name)
  }
  const emptied = changing(takes.contact, takes.fixed?.contact, takes.keeps?.contact)
  for (const word of emptied.filter((each) => EMPTIED_OF_CONTACT.includes(each))) {
    expectWord(await changeContact(stage, contactRemoteId, { [word]: null }), word, null)
  }
}

async function createCompany(stage: Stage, takes: Takes): Promise<void> {
  for (const word of takes.company) {
    await stage.pass(A_WHILE_MS)
    const values = companyValues(stage, word)
    const company = { name: values.name, [word]: values[word] }
    const outcome = await declared(stage, 'createCompany')(stage.client(), { ...acting(stage), company })
    const { kind, remoteId } = outcome.subject
    expect(kind).toBe('company')
    expect(await stage.world.standing(streamOf(stage, 'company').name)).toContain(remoteId)
    const seen = await stage.world.company(remoteId)
    expect(seen.name).toBe(values.name)
    expectWord(seen, word, values[word])
    await expectTrue(stage, outcome)
  }
}

async function updateCompany(stage: Stage, takes: Takes): Promise<void> {
  const companyRemoteId = castCompany(stage)
  const values = companyValues(stage, 'changed')
  for (const word of changing(takes.company, takes.fixed?.company)) {
    const seen = await changeCompany(stage, companyRemoteId, { [word]: values[word] })
    expectWord(seen, word, values[word])
  }
  const emptied = changing(takes.company, takes.fixed?.company, takes.keeps?.company)
  for (const word of emptied.filter((each) => EMPTIED_OF_COMPANY.includes(each))) {
    expectWord(await changeCompany(stage, companyRemoteId, { [word]: null }), word, null)
  }
}

async function setAvailability(stage: Stage): Promise<void> {
  const { otherAgentRemoteId: remoteId } = stage.world.cast
  for (const available of [false, true]) {
    await stage.pass(A_WHILE_MS)
    const set = declared(stage, 'setAvailability')
    const outcome = await set(stage.client(), { ...acting(stage), remoteId, available })
    expect(await stage.world.available(remoteId)).toBe(available)
    expect(outcome.subject).toEqual({ kind: 'agent', remoteId })
    const [change] = outcome.changes.filter((each) => each.op === 'upsert' && each.kind === 'agent')
    expect(change).toMatchObject({ remoteId, fields: { available } })
    await expectTrue(stage, outcome)
  }
}

/** Customers, their companies, and whether agents are there. */
export const peopleEffects = {
  createContact,
  updateContact,
  createCompany,
  updateCompany,
  setAvailability,
} satisfies Partial<Record<ActionName, Run>>
