// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/commandwriter.h"

#include "core/ports/clock.h"
#include "core/ports/store.h"

#include <QUuid>

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include <pwd.h>
#include <unistd.h>

namespace bartizan {
namespace {

/// What a part of an order is to take, in milliseconds.
constexpr std::int64_t kPartMs = 200;
/// Smaller ones would spend their time on commits.
constexpr std::size_t kLeastPart = 250;

/// How many alerts take about kPartMs where so many took so long; never more than kTriageChunk.
std::size_t partFor(std::size_t alerts, std::int64_t tookMs)
{
    const std::size_t part = alerts * static_cast<std::size_t>(kPartMs) / static_cast<std::size_t>(std::max<std::int64_t>(tookMs, 1));
    return std::clamp(part, kLeastPart, kTriageChunk);
}

} // namespace

CommandWriter::CommandWriter(StoreFactory factory, std::string user, const Clock &clock)
    : m_user(std::move(user))
    , m_window(QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString())
    , m_clock(clock)
    , m_store(std::move(factory))
{
}

CommandWriter::~CommandWriter() = default;

/// Tells what became of an order. Of many alerts the hashes take a while, which is spent here.
void CommandWriter::end(const std::shared_ptr<TriageOrder> &order, const QString &failure)
{
    order->doneHashes = order->done.size() == order->ids.size() ? order->hashes : order->done.hashes();
    if (const auto opened = m_store.open()) {
        if (const auto now = (*opened)->changesSince(-1)) // Nothing but the position.
            order->position = now->position;
    }
    Q_EMIT triaged(order, failure);
}

/// Tells that an order cannot go on. What was done before stands, and is told of.
void CommandWriter::endEarly(const std::shared_ptr<TriageOrder> &order, const Error &error)
{
    if (order->next == 0)
        Q_EMIT failed(order->token, error);
    else
        end(order, error.message);
}

Store *CommandWriter::store(quint64 token)
{
    const auto opened = m_store.open();
    if (opened)
        return *opened;
    Q_EMIT failed(token, opened.error());
    return nullptr;
}

void CommandWriter::reopen()
{
    m_store.reset();
}

void CommandWriter::acknowledge(quint64 token, const std::vector<std::string> &ids, const std::string &comment)
{
    Store *target = store(token);
    if (!target)
        return;
    const auto report = target->acknowledge(ids, m_user, m_clock.now(), comment);
    if (report) {
        Q_EMIT acknowledged(token, *report);
    } else {
        m_store.reset(); // The next command tries a new connection.
        Q_EMIT failed(token, report.error());
    }
}

Result<void> CommandWriter::prepare(TriageOrder &order)
{
    order.at = m_clock.now();
    if (!order.wanted) {
        const auto ids = m_store->alertsOfStep(order.undoes);
        if (!ids)
            return ids.error();
        order.ids = IdList(*ids).distinct();
    } else { // One named twice, in two parts, would be a conflict with oneself.
        order.ids = order.wanted->distinct(order.from);
    }
    if (order.again) {
        const auto taken = m_store->alertsOfStep(order.step.id);
        if (!taken)
            return taken.error();
        std::tie(order.already, order.ids) = order.ids.partition(*taken);
    }
    order.hashes = order.ids.hashes();
    order.done.reserve(order.ids.size());
    Q_EMIT triageBegun(order.token, order.hashes);
    return {};
}

Result<void> CommandWriter::takePart(TriageOrder &order)
{
    const std::vector<std::string> part = order.ids.strings(order.next, order.part);
    const TimestampMs begun = m_clock.now();
    auto taken = order.undoes.empty() ? m_store->triage(part, order.step, m_user, order.at)
                                      : m_store->undo(part, {order.step.id, order.undoes}, m_user, order.at);
    if (!taken)
        return taken.error();
    order.part = partFor(part.size(), m_clock.now() - begun);
    order.done.append(IdList(taken->done));
    order.conflicts.insert(order.conflicts.end(), std::make_move_iterator(taken->conflicts.begin()),
                           std::make_move_iterator(taken->conflicts.end()));
    order.unknown.append(IdList(taken->unknown));
    order.next += part.size();
    return {};
}

void CommandWriter::triage(const std::shared_ptr<TriageOrder> &order)
{
    if (!store(order->token))
        return;
    if (const auto ready = prepare(*order); !ready) {
        m_store.reset();
        Q_EMIT failed(order->token, ready.error());
        return;
    }
    advance(order);
}

void CommandWriter::advance(const std::shared_ptr<TriageOrder> &order)
{
    if (order->cancelled || (order->next > 0 && order->next >= order->ids.size()))
        return end(order);
    if (const auto opened = m_store.open(); !opened) // It may have been closed since the part before.
        return endEarly(order, opened.error());
    if (const auto taken = takePart(*order); !taken) {
        m_store.reset();
        return endEarly(order, taken.error());
    }
    Q_EMIT triageAdvanced(order->token, static_cast<qint64>(order->next), static_cast<qint64>(order->ids.size()));
    if (order->next >= order->ids.size())
        return end(order);
    QMetaObject::invokeMethod(this, [this, order] { advance(order); }, Qt::QueuedConnection);
}

void CommandWriter::setMute(quint64 token, Mute mute, bool again)
{
    Store *target = store(token);
    if (!target)
        return;
    if (again) {
        MuteQuery same;
        same.id = mute.id;
        if (const auto found = target->mutes(same); found && !found->empty())
            return Q_EMIT muteSet(token, found->front());
    }
    mute.by = m_user;
    mute.createdAt = m_clock.now();
    if (mute.id.empty())
        mute.id = newStepId();
    const auto set = target->setMute(mute);
    if (set) {
        Q_EMIT muteSet(token, *set);
    } else {
        m_store.reset(); // The next command tries a new connection.
        Q_EMIT failed(token, set.error());
    }
}

void CommandWriter::liftMute(quint64 token, const MuteLift &lift)
{
    Store *target = store(token);
    if (!target)
        return;
    const auto lifted = target->liftMute(lift, m_user, m_clock.now());
    if (lifted) {
        Q_EMIT muteLifted(token, *lifted);
    } else {
        m_store.reset();
        Q_EMIT failed(token, lifted.error());
    }
}

void CommandWriter::updateSettings(quint64 token, const QJsonObject &update, const std::string &timeZone,
                                   const std::string &geoDatabase)
{
    Store *target = store(token);
    if (!target)
        return;
    const auto settings = target->updateSettings(update, timeZone, m_user, m_clock.now(), geoDatabase);
    if (settings) {
        Q_EMIT settingsUpdated(token, *settings);
    } else {
        m_store.reset();
        Q_EMIT failed(token, settings.error());
    }
}

void CommandWriter::lookAt(const QString &alertId)
{
    if (!m_store.open() || !m_store->refusals().triage.isEmpty())
        return;
    const auto others = m_store->lookAt(alertId.toStdString(), m_user, m_window);
    if (!others) {
        // What was refused leaves the connection as good as it was.
        if (!m_store->loadCursor())
            m_store.reset();
        return;
    }
    QStringList people;
    for (const std::string &person : *others)
        people << QString::fromStdString(person);
    Q_EMIT othersLookAt(alertId, people);
}

std::string currentUserName()
{
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd *found = nullptr;
    if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found && found->pw_name[0] != '\0')
        return found->pw_name;
    const QByteArray user = qgetenv("USER");
    return user.isEmpty() ? "uid" + std::to_string(getuid()) : user.toStdString();
}

} // namespace bartizan
