import { graphql } from '@freshet/client';

const ParcelFields = graphql(`
  fragment ParcelFields on Shipment @_unmask {
    id
    order {
      id
    }
    carrier
    service
    origin {
      name
      country
    }
    destination {
      name
      country
      postcodePrefix
    }
    status
    statusAt
    place
    promisedAt
    isLate
    isStuck
    trackingUrl
    estimate {
      earliest
      latest
    }
  }
`);

export const ParcelCounts = graphql(`
  query ParcelCounts($status: [ShipmentStatus!], $first: Int!) {
    late: shipments(isLate: true, status: $status, first: $first) {
      nodes {
        id
      }
      pageInfo {
        hasNextPage
      }
    }
    stuck: shipments(isStuck: true, first: $first) {
      nodes {
        id
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

export const ListedParcels = graphql(
  `
    query ListedParcels(
      $isLate: Boolean
      $isStuck: Boolean
      $status: [ShipmentStatus!]
      $carrier: String
      $origin: String
      $country: String
      $orderId: ID
      $trackingNumber: String
      $after: String
    ) {
      shipments(
        isLate: $isLate
        isStuck: $isStuck
        status: $status
        carrier: $carrier
        origin: $origin
        country: $country
        orderId: $orderId
        trackingNumber: $trackingNumber
        first: 20
        after: $after
      ) {
        nodes {
          ...ParcelFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [ParcelFields],
);

export const ParcelExists = graphql(`
  query ParcelExists($id: ID!) {
    shipment(id: $id) {
      id
    }
  }
`);

export const ParcelUpdated = graphql(
  `
    subscription ParcelUpdated($id: ID!) {
      shipmentUpdated(id: $id) {
        ...ParcelFields
        kind
        deliveredAt
        failedAttempts
        hasContradictions
        voidReason
        trackingNumber
        units {
          lineId
          quantity
        }
        estimate {
          median
          basis
          comparedParcels
        }
        scans {
          id
          type
          occurredAt
          timeZone
          place
          rawCode
          description
          isContradiction
        }
        order {
          id
          customerId
          placedAt
          status
        }
      }
    }
  `,
  [ParcelFields],
);

export const VoidShipment = graphql(`
  mutation VoidShipment($id: ID!, $reason: String!) {
    written: voidShipment(input: { id: $id, reason: $reason }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const VoidScan = graphql(`
  mutation VoidScan($shipmentId: ID!, $id: ID!, $reason: String!) {
    written: voidScans(input: { scans: [{ shipmentId: $shipmentId, id: $id }], reason: $reason }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const ParcelWindows = graphql(`
  query ParcelWindows($input: WindowsInput!) {
    windows(input: $input, first: 1000) {
      key
      keys
      values {
        name
        number
        quantiles {
          quantile
          value
        }
      }
    }
  }
`);

export const CreateParcelStreams = graphql(`
  mutation CreateParcelStreams($timeZone: String) {
    written: createParcelStreams(input: { timeZone: $timeZone }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const EstimateAccuracy = graphql(`
  query EstimateAccuracy {
    deliveryAccuracy {
      parcels
      within
      early
      late
      onShownDays
      medianErrorHours
      since
      carriers {
        carrier
        parcels
        within
        early
        late
        onShownDays
        medianErrorHours
      }
    }
  }
`);

export const CalendarDays = graphql(`
  query CalendarDays($first: Int!, $after: String) {
    deliveryDays(first: $first, after: $after) {
      nodes {
        country
        date
        weekday
        delivers
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const SaveDeliveryDay = graphql(`
  mutation SaveDeliveryDay($day: DeliveryDayInput!) {
    written: upsertDeliveryDays(input: { days: [$day] }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const RemoveDeliveryDay = graphql(`
  mutation RemoveDeliveryDay($day: DeliveryDayKeyInput!) {
    written: deleteDeliveryDays(input: { days: [$day] }) {
      userErrors {
        code
        message
        field
      }
    }
  }
`);
