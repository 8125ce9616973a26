import { type Role, roles } from "#drizzle/users/tables.ts";

/** Every permission code, in the order in which they are listed. */
export const permissionCodes = [
  "products:write",
  "categories:write",
  "orders:read",
  "orders:write",
  "payments:write",
  "discounts:write",
  "settings:write",
  "users:read",
  "users:write",
] as const;
export type PermissionCode = (typeof permissionCodes)[number];

const ofRole: Readonly<Record<Role, readonly PermissionCode[]>> = {
  CUSTOMER: [],
  SELLER: ["products:write"],
  ADMIN: permissionCodes,
};

/** What a user may do: what follows from the role, and what was granted beside it; each once, in the listed order. */
export function permissionsOf(user: {
  readonly role: Role;
  readonly permissions: readonly string[];
}): PermissionCode[] {
  return permissionCodes.filter((code) => ofRole[user.role].includes(code) || user.permissions.includes(code));
}

/** The roles that imply no permission beyond `held`. */
export function rolesWithin(held: readonly PermissionCode[]): Role[] {
  return roles.filter((role) => ofRole[role].every((code) => held.includes(code)));
}

/** Whether it is one of the {@link permissionCodes}. */
export function isPermissionCode(code: string): code is PermissionCode {
  return permissionCodes.some((known) => known === code);
}
