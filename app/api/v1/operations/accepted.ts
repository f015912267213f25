import type { Operation } from '#lib/domain/operation.ts'
import { json } from '../../json.ts'

/** 202: it goes on after the answer; `Location` says where to look how it ends. */
export function accepted(operation: Operation): Response {
  return json(operation, { status: 202, headers: { location: `/api/v1/operations/${operation.id}` } })
}
