/** A place for whole files that are written once, such as a folder or a bucket. */
export interface FileStore {
  /** As people name it: a path or a URL. */
  location: string;
  /** Lists the names of all files, in no order. */
  list(): Promise<string[]>;
  /** Returns null if there is no such file. */
  read(name: string): Promise<Buffer | null>;
  /** Creates or replaces a file. It is durable when this resolves; until then it has its old content, or is missing. */
  write(name: string, content: Buffer): Promise<void>;
}
