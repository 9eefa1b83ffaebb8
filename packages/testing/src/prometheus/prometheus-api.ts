/** A value of a time series. */
export interface PrometheusSample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** An alert. */
export interface PrometheusAlert {
  readonly name: string
  readonly state: 'pending' | 'firing'
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** The calls that tests make of the HTTP API of Prometheus. */
export interface PrometheusApi {
  readonly query: (expression: string) => Promise<readonly PrometheusSample[]>
  readonly alerts: () => Promise<readonly PrometheusAlert[]>
}

interface Answer<Data> {
  readonly status: 'success' | 'error'
  readonly error?: string
  readonly data: Data
}

interface Vector {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>
    readonly value: readonly [number, string]
  }[]
}

interface Alerts {
  readonly alerts: readonly (Omit<PrometheusAlert, 'name'> & { readonly labels: { readonly alertname: string } })[]
}

/** Returns the calls of a server. */
export function prometheusApi(url: string): PrometheusApi {
  async function call<Data>(path: string, query: Readonly<Record<string, string>> = {}): Promise<Data> {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query)}`)
    const answer = (await response.json()) as Answer<Data>
    if (answer.status === 'error') throw new Error(`Prometheus refuses ${query['query'] ?? path}: ${answer.error}`)
    return answer.data
  }

  return {
    query: async (expression) => {
      const { result } = await call<Vector>('query', { query: expression })
      return result.map(({ metric, value: [, text] }) => ({ labels: metric, value: Number(text) }))
    },
    alerts: async () => {
      const { alerts } = await call<Alerts>('alerts')
      return alerts.map(({ state, labels, annotations }) => ({ name: labels.alertname, state, labels, annotations }))
    },
  }
}
