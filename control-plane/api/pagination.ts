/** Lists in pages: `?limit=` and `?after=`, the name of the last element of the page before. */
import { type TSchema, Type } from 'typebox';
import { closedObject } from '../../shared/model/fields.ts';
import { compareText } from '../config/complete-config.ts';

const defaultLimit = 1_000;
const greatestLimit = 10_000;

const limitField = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: greatestLimit,
    description: `Most elements to answer. Default: ${defaultLimit}.`,
  }),
);

export const pageQuerySchema = closedObject({
  limit: limitField,
  after: Type.Optional(Type.String({ description: 'Answer what comes after the element of this name.' })),
});

export interface PageQuery {
  limit?: number;
  after?: string;
}

export const versionPageQuerySchema = closedObject({
  limit: limitField,
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'Answer the versions that came before this one.' })),
});

export interface Page<Item> {
  readonly items: readonly Item[];
  /** What to give as `after` for the page that follows; absent on the last. */
  readonly next?: string;
}

export const pageSchema = (item: TSchema, title: string) =>
  closedObject(
    {
      items: Type.Array(item),
      next: Type.Optional(
        Type.String({ description: 'Give this as "after" to get what follows; absent on the last page.' }),
      ),
    },
    { title },
  );

/** The number of elements that a query asks for. */
export function limitOf(query: { limit?: number }): number {
  return query.limit ?? defaultLimit;
}

/** One page of a list, in the order of its names. */
export function paginate<Item extends { readonly name: string }>(items: readonly Item[], query: PageQuery): Page<Item> {
  const { after } = query;
  const sorted = items.toSorted((a, b) => compareText(a.name, b.name));
  const rest = after === undefined ? sorted : sorted.filter((item) => compareText(item.name, after) > 0);
  return cut(rest, limitOf(query), (item) => item.name);
}

/** The first elements of a list that may go on. */
export function cut<Item>(rest: readonly Item[], limit: number, key: (item: Item) => string): Page<Item> {
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return rest.length > limit && last !== undefined ? { items, next: key(last) } : { items };
}
