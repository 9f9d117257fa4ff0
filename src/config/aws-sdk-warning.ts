/**
 * Disables the warning about Node 20 that the AWS SDK prints at every start. The README says how long Node 20 is
 * supported. A value that the operator set is kept. Call this before the first AWS client is created.
 */
export function silenceAwsSdkNodeWarning(environment: NodeJS.ProcessEnv = process.env): void {
  environment.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}
