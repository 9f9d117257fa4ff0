/** Signs checkpoints without exposing the private key. */
export interface CheckpointSigner {
  /** The Ed25519 public key: SPKI in base64. */
  publicKey: string;
  /** Returns the signature of the text in base64. */
  sign(text: string): string;
}
