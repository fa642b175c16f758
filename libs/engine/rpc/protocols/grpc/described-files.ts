import { createRegistry, type DescFile, type DescService, type Registry, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/**
 * An index of protobuf files and their imports, for the queries of reflection. Each result includes the file's imports.
 */
export class DescribedFiles {
  readonly #files = new Map<string, DescFile>();
  readonly #registry: Registry;
  /** The full names of the services that are served, in order. */
  readonly services: readonly string[];

  constructor(services: readonly DescService[]) {
    this.services = services.map(({ typeName }) => typeName).toSorted();
    for (const { file } of services) this.#add(file);
    this.#registry = createRegistry(...this.#files.values());
  }

  /** The file of this name; undefined: there is none. */
  byName(name: string): readonly Uint8Array[] | undefined {
    return bytesOf(this.#files.get(name));
  }

  /** The file that defines a message, an enum, a service, an extension, or a part of one of them. */
  bySymbol(symbol: string): readonly Uint8Array[] | undefined {
    const parent = symbol.slice(0, Math.max(0, symbol.lastIndexOf('.')));
    return bytesOf((this.#registry.get(symbol) ?? this.#registry.get(parent))?.file);
  }

  /** The file that extends a message by a field of this number. */
  byExtension(typeName: string, number: number): readonly Uint8Array[] | undefined {
    const message = this.#registry.getMessage(typeName);
    return bytesOf(message && this.#registry.getExtensionFor(message, number)?.file);
  }

  /** The numbers of every field that extends a message. */
  extensionNumbers(typeName: string): readonly number[] {
    const numbers = Array.from(this.#registry, (type) =>
      type.kind === 'extension' && type.extendee.typeName === typeName ? [type.number] : [],
    );
    return numbers.flat().toSorted((a, b) => a - b);
  }

  #add(file: DescFile): void {
    if (this.#files.has(file.proto.name)) return;
    this.#files.set(file.proto.name, file);
    for (const imported of file.dependencies) this.#add(imported);
  }
}

function bytesOf(file: DescFile | undefined): readonly Uint8Array[] | undefined {
  return file && Array.from(withImports(file, new Set()), ({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
}

function withImports(file: DescFile, found: Set<DescFile>): Set<DescFile> {
  if (found.has(file)) return found;
  found.add(file);
  for (const imported of file.dependencies) withImports(imported, found);
  return found;
}
