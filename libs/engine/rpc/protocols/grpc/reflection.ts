import type { DescService } from '@bufbuild/protobuf';
import {
  ServerReflection,
  type ServerReflectionRequest,
} from '#libs/engine/contract/gen/grpc/reflection/v1/reflection_pb.js';
import { ServerReflection as ServerReflectionAlpha } from '#libs/engine/contract/gen/grpc/reflection/v1alpha/reflection_pb.js';
import { Code } from '#libs/engine/errors/code.js';
import type { StreamingCall } from '../../core/call.js';
import { dataAlone, openToAll } from '../../core/contract.js';
import { DescribedFiles } from './described-files.js';

/** The reflection services of both versions, which differ only in their names. */
export const reflections = [ServerReflection, ServerReflectionAlpha] as const;

/** Server reflection: describes the served calls to tools without protobuf definitions. */
export function reflectionCalls(services: readonly DescService[]): readonly StreamingCall[] {
  const files = new DescribedFiles([...services, ...reflections]);
  return reflections.map((service) => ({
    ...openToAll,
    method: service.method.serverReflectionInfo,
    events: dataAlone,
    run: async function* (requests) {
      for await (const request of requests as AsyncIterable<ServerReflectionRequest>) {
        yield {
          validHost: request.host,
          originalRequest: request,
          messageResponse: answerTo(request.messageRequest, files),
        };
      }
    },
  }));
}

function answerTo(question: ServerReflectionRequest['messageRequest'], files: DescribedFiles): object {
  switch (question.case) {
    case 'fileByFilename':
      return fileAnswer(files.byName(question.value));
    case 'fileContainingSymbol':
      return fileAnswer(files.bySymbol(question.value));
    case 'fileContainingExtension':
      return fileAnswer(files.byExtension(question.value.containingType, question.value.extensionNumber));
    case 'allExtensionNumbersOfType':
      return {
        case: 'allExtensionNumbersResponse',
        value: { baseTypeName: question.value, extensionNumber: files.extensionNumbers(question.value) },
      };
    case 'listServices':
      return { case: 'listServicesResponse', value: { service: files.services.map((name) => ({ name })) } };
    case undefined:
      return errorAnswer(Code.INVALID_ARGUMENT, 'the request asks for nothing');
  }
}

function fileAnswer(files: readonly Uint8Array[] | undefined): object {
  if (files === undefined) return errorAnswer(Code.NOT_FOUND, 'nothing of this name is described here');
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto: files } };
}

function errorAnswer(errorCode: Code, errorMessage: string): object {
  return { case: 'errorResponse', value: { errorCode, errorMessage } };
}
