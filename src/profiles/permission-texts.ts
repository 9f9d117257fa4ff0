import { createMessages } from '../lib/message.ts';

/** What a policy grants, in English. The hosted page has the same texts in other languages. */
export const PERMISSION_TEXTS = {
  'permission.none': 'No permissions',
  'permission.awsManagedPolicy': 'AWS managed policy {name}',
  'permission.managedPolicy': 'Managed policy {name} of account {account}',
  'permission.notUnderstood': 'Statement {number} of the inline policy: see the policy itself',
  'permission.denied': 'Denied: {permission}',
  'permission.statement': '{service}: {actions} on {resources}',
  'permission.statementWithConditions':
    '{service}: {actions} on {resources}, under conditions on {conditionKeys}',
  'permission.allServices': 'All AWS services',
  'permission.allActions': 'all actions',
  'permission.allActionsExcept': 'all actions except {actions}',
  'permission.allResources': 'all resources',
  'permission.allResourcesExcept': 'all resources except {resources}',
} as const;

export const permissionMessage = createMessages(PERMISSION_TEXTS);
