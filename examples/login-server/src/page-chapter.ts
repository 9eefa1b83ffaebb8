import type { Chapter } from './chapters.ts'
import { createVisitor, type DeviceOnPage } from './page-visitor.ts'
import { login, me } from './requests.ts'
import type { Stage } from './story.ts'

/**
 * The chapter about the page of the devices. At its end, the same devices are logged in as before.
 */
export const pageChapter: Chapter = { title: 'The page of the devices, as a browser sees it', run: thePageOfDevices }

async function thePageOfDevices({ ask, note, observe, urls, laptop, phone }: Stage): Promise<void> {
  const [loginAt = ''] = urls
  const url = urls.at(-1) ?? ''
  const visitor = createVisitor()
  note('npm run serve prints the address of the page, to try this by hand')
  const entered = await visitor.submit({
    url: loginAt,
    path: '/devices/login',
    fields: { user: 'ada', password: 'difference-engine' },
  })
  observe(`ada's browser sends the login form: ${entered}`, entered === 303)
  const devices = await observeDevices(3)
  const forged = await visitor.submit({ url, path: '/devices/close-others', from: 'cross-site' })
  observe(`a page of another site posts the form that logs out all others: ${forged}`, forged === 403)

  const id = devices.find(({ name }) => name === 'phone')?.id ?? ''
  const closed = await visitor.submit({ url, path: '/devices/close', fields: { id } })
  observe(`the browser presses "Log out" beside the phone: ${closed}`, closed === 303)
  await ask({ ...me(phone), on: 0, status: 401, shows: "the phone's token is refused at once" })
  await observeDevices(2)
  await ask({ ...me(laptop), status: 200, shows: 'the laptop stays logged in' })
  await visitor.submit({ url, path: '/devices/logout' })
  await ask({ ...login(phone, 'difference-engine'), status: 200, shows: 'the phone logs in again' })

  async function observeDevices(count: number): Promise<readonly DeviceOnPage[]> {
    const list = await visitor.devices(url)
    const names = list.map(({ name, isOwn }) => (isOwn ? `${name} (this device)` : name))
    observe(`it lists ${list.length} devices: ${names.join(', ')}`, list.length === count && list[0]?.isOwn === true)
    return list
  }
}
