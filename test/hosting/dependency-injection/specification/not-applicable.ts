/** A test of the suite that has no meaning here. */
export interface NotApplicable {
  readonly number: number;
  readonly name: string;
  readonly reason: string;
}

const openGenerics = 'open generics: types do not exist when the program runs';
const constraints = 'generic constraints: types do not exist when the program runs';
const overloads = 'a class has one constructor';
const marks = 'a mark chooses among constructors, and a class has one';
const lists = 'a list is no service of its own: getServices answers for every token';

/** What JavaScript, or the shape of the port, leaves nothing to test of. */
export const notApplicable: readonly NotApplicable[] = [
  { number: 25, name: 'ServiceContainerPicksConstructorWithLongestMatches', reason: overloads },
  { number: 35, name: 'IEnumerableWithIsServiceAlwaysReturnsTrue', reason: lists },
  { number: 38, name: 'OpenGenericsWithIsService', reason: openGenerics },
  { number: 43, name: 'TypeActivatorWorksWithCtorWithOptionalArgs_WithStructDefaults', reason: 'there are no value types; numbers default as in 42' },
  { number: 44, name: 'TypeActivatorCanDisambiguateConstructorsWithUniqueArguments', reason: overloads },
  { number: 48, name: 'TypeActivatorCreateFactoryDoesNotAllowForAmbiguousConstructorMatches', reason: overloads },
  { number: 49, name: 'TypeActivatorCreateInstanceUsesLongestAvailableConstructor', reason: overloads },
  { number: 50, name: 'TypeActivatorUsesMarkedConstructor', reason: marks },
  { number: 51, name: 'TypeActivatorThrowsOnMultipleMarkedCtors', reason: marks },
  { number: 52, name: 'TypeActivatorThrowsWhenMarkedCtorDoesntAcceptArguments', reason: marks },
  { number: 59, name: 'OpenGenericServicesCanBeResolved', reason: openGenerics },
  { number: 60, name: 'ConstrainedOpenGenericServicesCanBeResolved', reason: constraints },
  { number: 61, name: 'ConstrainedOpenGenericServicesReturnsEmptyWithNoMatches', reason: constraints },
  { number: 62, name: 'InterfaceConstrainedOpenGenericServicesCanBeResolved', reason: constraints },
  { number: 63, name: 'AbstractClassConstrainedOpenGenericServicesCanBeResolved', reason: constraints },
  { number: 64, name: 'ClosedServicesPreferredOverOpenGenericServices', reason: openGenerics },
  { number: 65, name: 'ResolvingEnumerableContainingOpenGenericServiceUsesCorrectSlot', reason: openGenerics },
  { number: 66, name: 'ResolvesMixedOpenClosedGenericsAsEnumerable', reason: openGenerics },
  { number: 98, name: 'ResolveKeyedServiceThrowsIfNotSupported', reason: 'every IServiceProvider has the methods for keys' },
  { number: 101, name: 'ResolveKeyedOpenGenericService', reason: openGenerics },
  { number: 113, name: 'IEnumerableWithIsKeyedServiceAlwaysReturnsTrue', reason: lists },
  { number: 117, name: 'OpenGenericsWithIsKeyedService', reason: openGenerics },
];
