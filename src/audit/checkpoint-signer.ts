/** Signs checkpoints; the private key stays behind it. */
export interface CheckpointSigner {
  /** Ed25519, SPKI in base64. */
  publicKey: string;
  /** The signature of a text, in base64. */
  sign(text: string): string;
}
