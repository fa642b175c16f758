import type { DescService, Message } from '@bufbuild/protobuf';
import { Code } from '#libs/engine/errors/code.js';
import type { StreamingCall } from '../streaming/streaming-call.js';
import { describe, methodOf } from '../wire/describe.js';
import { DescribedFiles } from './described-files.js';

/** The services of the two versions in which clients ask; they differ by their name alone. */
export const reflections = ['v1', 'v1alpha'].map((version) => {
  const own = `grpc.reflection.${version}`;
  return describe({
    name: `grpc/reflection/${version}/reflection.proto`,
    package: own,
    messages: {
      ServerReflectionRequest: {
        host: 'string 1',
        file_by_filename: 'string 3 in message_request',
        file_containing_symbol: 'string 4 in message_request',
        file_containing_extension: `${own}.ExtensionRequest 5 in message_request`,
        all_extension_numbers_of_type: 'string 6 in message_request',
        list_services: 'string 7 in message_request',
      },
      ExtensionRequest: { containing_type: 'string 1', extension_number: 'int32 2' },
      ServerReflectionResponse: {
        valid_host: 'string 1',
        original_request: `${own}.ServerReflectionRequest 2`,
        file_descriptor_response: `${own}.FileDescriptorResponse 4 in message_response`,
        all_extension_numbers_response: `${own}.ExtensionNumberResponse 5 in message_response`,
        list_services_response: `${own}.ListServiceResponse 6 in message_response`,
        error_response: `${own}.ErrorResponse 7 in message_response`,
      },
      FileDescriptorResponse: { file_descriptor_proto: 'repeated bytes 1' },
      ExtensionNumberResponse: { base_type_name: 'string 1', extension_number: 'repeated int32 2' },
      ListServiceResponse: { service: `repeated ${own}.ServiceResponse 1` },
      ServiceResponse: { name: 'string 1' },
      ErrorResponse: { error_code: 'int32 1', error_message: 'string 2' },
    },
    services: {
      ServerReflection: {
        ServerReflectionInfo: {
          input: 'ServerReflectionRequest',
          output: 'ServerReflectionResponse',
          streams: 'both',
        },
      },
    },
  }).service('ServerReflection');
});

interface ReflectionRequest extends Message {
  readonly host: string;
  readonly messageRequest:
    | { readonly case: 'fileContainingExtension'; readonly value: ExtensionRequest }
    | { readonly case: Exclude<Question, 'fileContainingExtension'>; readonly value: string }
    | { readonly case: undefined };
}

interface ExtensionRequest {
  readonly containingType: string;
  readonly extensionNumber: number;
}

type Question =
  | 'fileByFilename'
  | 'fileContainingSymbol'
  | 'fileContainingExtension'
  | 'allExtensionNumbersOfType'
  | 'listServices';

/** Server reflection: tells tools that have no definitions at hand what is served. */
export function reflectionCalls(services: readonly DescService[]): readonly StreamingCall[] {
  const files = new DescribedFiles([...services, ...reflections]);
  return reflections.map((service) => ({
    method: methodOf(service, 'ServerReflectionInfo'),
    run: async function* (requests) {
      for await (const request of requests as AsyncIterable<ReflectionRequest>) {
        yield {
          validHost: request.host,
          originalRequest: request,
          messageResponse: answerTo(request.messageRequest, files),
        };
      }
    },
  }));
}

function answerTo(question: ReflectionRequest['messageRequest'], files: DescribedFiles): object {
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
