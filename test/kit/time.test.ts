import { describe, expect, it } from 'vitest'
import { fromUnixSeconds, toUnixSeconds } from '../../kit/time.ts'

describe('Unix seconds', () => {
  it('become a time, and a time becomes Unix seconds', () => {
    expect(fromUnixSeconds(1_767_225_600)).toEqual(new Date('2026-01-01T00:00:00Z'))
    expect(toUnixSeconds(new Date('2026-01-01T00:00:00.999Z'))).toBe(1_767_225_600)
    expect(fromUnixSeconds(0)).toEqual(new Date(0))
  })

  it('stay null where there is none', () => {
    expect(fromUnixSeconds(null)).toBeNull()
    expect(fromUnixSeconds(undefined)).toBeNull()
    expect(toUnixSeconds(null)).toBeNull()
  })
})
